#include "dns/resolver.h"

#include <fmt/format.h>
#include <poll.h>
#include <unbound.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <list>
#include <utility>

#include "base/files.h"
#include "base/text.h"

namespace tlsward::dns {
namespace {

constexpr int type_a = 1;
constexpr int type_ns = 2;
constexpr int type_mx = 15;
constexpr int type_aaaa = 28;
constexpr int type_dnskey = 48;
constexpr int type_tlsa = 52;
constexpr int class_in = 1;
constexpr int servfail = 2;
constexpr std::size_t most_servers = 32;
constexpr std::size_t most_addresses = 16;
constexpr std::uint64_t longest_file = 1U << 20U;

struct ContextDeleter {
  void operator()(ub_ctx* context) const { ub_ctx_delete(context); }
};
using Context = std::unique_ptr<ub_ctx, ContextDeleter>;

struct ResultDeleter {
  void operator()(ub_result* result) const { ub_resolve_free(result); }
};

/// One question on its way. libunbound holds a pointer to it until it is answered or cancelled.
struct Question {
  bool is_answered = false;
  int error = 0;
  std::unique_ptr<ub_result, ResultDeleter> result;
};

void on_answer(void* question, int error, ub_result* result) {
  auto* mine = static_cast<Question*>(question);
  mine->is_answered = true;
  mine->error = error;
  mine->result.reset(result);
}

RawAnswer failure(std::string why) {
  RawAnswer raw;
  raw.rcode = servfail;
  raw.why = std::move(why);
  return raw;
}

RawAnswer raw_answer(const Question& question) {
  if (question.error != 0 || !question.result)
    return failure(fmt::format("the resolver failed: {}", ub_strerror(question.error)));
  const ub_result& result = *question.result;
  RawAnswer raw;
  raw.has_data = result.havedata != 0;
  raw.is_secure = result.secure != 0;
  raw.is_bogus = result.bogus != 0;
  raw.rcode = result.rcode;
  raw.ttl = std::chrono::seconds(result.ttl);
  if (result.canonname != nullptr) raw.canonical = result.canonname;
  if (result.why_bogus != nullptr) raw.why = result.why_bogus;
  if (!raw.has_data || result.data == nullptr) return raw;
  for (std::size_t i = 0; result.data[i] != nullptr; ++i)
    raw.rdata.emplace_back(result.data[i], static_cast<std::size_t>(std::max(result.len[i], 0)));
  return raw;
}

/// Whether there was an answer at all, be it "no such record".
bool is_answer(const RawAnswer& raw) {
  return !raw.is_bogus && (raw.rcode == 0 || raw.rcode == 3);
}

std::string absolute(std::string_view name) {
  std::string out = base::to_lower(name);
  if (out.empty() || out.back() != '.') out += '.';
  return out;
}

/// Both absolute.
bool is_in_zone(const std::string& name, const std::string& zone) {
  return name == zone || (name.size() > zone.size() && name[name.size() - zone.size() - 1] == '.' &&
                          name.compare(name.size() - zone.size(), zone.size(), zone) == 0);
}

/// The owner names of the records in a zone file's text: what stands first on a line and is no comment.
void append_owners(std::vector<std::string>& out, std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    const std::string_view owner = line.substr(0, line.find_first_of(" \t\r;"));
    if (!owner.empty() && owner[0] != '$') out.push_back(absolute(owner));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

std::optional<net::Address> address_of(const std::string& rdata) {
  const auto bytes = [&rdata](std::size_t from, std::size_t count) {
    std::uint64_t value = 0;
    for (std::size_t i = from; i < from + count; ++i)
      value = (value << 8U) | static_cast<unsigned char>(rdata[i]);
    return value;
  };
  if (rdata.size() == 4) return net::Address::v4(static_cast<std::uint32_t>(bytes(0, 4)));
  if (rdata.size() == 16) return net::Address::v6(bytes(0, 8), bytes(8, 8));
  return std::nullopt;
}

base::Error refused(int rc, std::string_view doing, std::string_view what) {
  return base::Error{
      base::Errc::config, fmt::format("{} \"{}\": {}", doing, base::printable(what), ub_strerror(rc)), {}};
}

/// Whether a resolv.conf names any server: without one libunbound would forward to nobody.
base::Result<bool> names_servers(const std::string& path) {
  const auto text = base::read_file(path, longest_file);
  if (!text) return text.error();
  std::string_view rest = *text;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = base::trim(rest.substr(0, end));
    if (line.size() > 10 && line.substr(0, 10) == "nameserver" && base::is_blank(line[10])) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

base::Status set_servers(ub_ctx* context, const ResolverSettings& settings) {
  for (const std::string& forwarder : settings.forwarders) {
    if (const int rc = ub_ctx_set_fwd(context, forwarder.c_str()); rc != 0)
      return refused(rc, "no name server can be asked at", forwarder);
  }
  if (!settings.forwarders.empty() || settings.resolv_conf.empty()) return base::Done{};
  const auto servers = names_servers(settings.resolv_conf);
  if (!servers) return servers.error();
  if (!*servers) return base::Done{};
  if (const int rc = ub_ctx_resolvconf(context, settings.resolv_conf.c_str()); rc != 0)
    return refused(rc, "the name servers cannot be read from", settings.resolv_conf);
  return base::Done{};
}

base::Status set_anchors(ub_ctx* context, const ResolverSettings& settings,
                         std::vector<std::string>& anchored) {
  if (!settings.anchor_file.empty()) {
    // libunbound opens the file at its first work only: that it is not there must be said here.
    const auto text = base::read_file(settings.anchor_file, longest_file);
    if (!text) {
      base::Error error = text.error();
      error.text +=
          ": without a trust anchor no answer can be validated (Debian: apt-get install dns-root-data)";
      return error;
    }
    if (const int rc = ub_ctx_add_ta_file(context, settings.anchor_file.c_str()); rc != 0)
      return refused(rc, "no trust anchor can be read from", settings.anchor_file);
    append_owners(anchored, *text);
  }
  for (const std::string& anchor : settings.anchors) {
    if (const int rc = ub_ctx_add_ta(context, anchor.c_str()); rc != 0)
      return refused(rc, "this is no trust anchor:", anchor);
    append_owners(anchored, anchor);
  }
  std::sort(anchored.begin(), anchored.end());
  anchored.erase(std::unique(anchored.begin(), anchored.end()), anchored.end());
  return base::Done{};
}

/// libunbound reads anchors at its first work only, where an error would look like a name server's.
/// Taking away a local zone that is not there is work that asks nobody.
base::Status finish(ub_ctx* context, const ResolverSettings& settings) {
  if (ub_ctx_zone_remove(context, "none.invalid.") == 0) return base::Done{};
  std::string where = settings.anchors.empty() ? settings.anchor_file : "";
  return base::Error{base::Errc::config,
                     "no trust anchor can be read: DS and DNSKEY records are wanted, each on a line",
                     std::move(where)};
}

base::Status set_options(ub_ctx* context) {
  constexpr std::pair<const char*, const char*> options[] = {
      // The name server of the machine often is at a loopback address.
      {"do-not-query-localhost:", "no"},
      {"module-config:", "validator iterator"},
      // A few questions need no more.
      {"msg-cache-size:", "1m"},
      {"rrset-cache-size:", "2m"},
  };
  for (const auto& [name, value] : options) {
    if (const int rc = ub_ctx_set_option(context, name, value); rc != 0)
      return refused(rc, "the resolver refuses", name);
  }
  // What it has to say comes with its answers; left alone it writes on standard error besides.
  ub_ctx_debugout(context, nullptr);
  // A thread, not a process: a child of libunbound's would hold our descriptors and die with a report of its
  // own.
  if (const int rc = ub_ctx_async(context, 1); rc != 0)
    return refused(rc, "the resolver refuses", "a thread");
  return base::Done{};
}

}  // namespace

struct Resolver::State {
  // The questions are declared first, so that they outlive the thread that answers them.
  std::list<Question> questions;
  Context context;
  std::vector<std::string> anchored;  // the names at which trust begins, absolute

  RawAnswer ask(const std::string& name, int type, Deadline deadline);
  RawAnswer validated(const std::string& name, int type, Deadline deadline);
  base::Status wait(const Question& question, Deadline deadline) const;
  std::vector<net::Address> addresses_of(const std::string& name, Deadline deadline);
};

base::Status Resolver::State::wait(const Question& question, Deadline deadline) const {
  while (!question.is_answered) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    if (left <= 0) return base::Error{base::Errc::unavailable, "no answer in time", {}};
    pollfd waiting{ub_fd(context.get()), POLLIN, 0};
    if (::poll(&waiting, 1, static_cast<int>(std::min<long long>(left, INT_MAX))) < 0 && errno != EINTR)
      return base::from_errno(errno, "waiting for an answer");
    if (const int rc = ub_process(context.get()); rc != 0)
      return base::Error{base::Errc::io, fmt::format("the resolver failed: {}", ub_strerror(rc)), {}};
  }
  return base::Done{};
}

RawAnswer Resolver::State::ask(const std::string& name, int type, Deadline deadline) {
  questions.emplace_back();
  const auto question = std::prev(questions.end());
  int id = 0;
  if (const int rc =
          ub_resolve_async(context.get(), name.c_str(), type, class_in, &*question, on_answer, &id);
      rc != 0) {
    questions.erase(question);
    return failure(fmt::format("the question cannot be asked: {}", ub_strerror(rc)));
  }
  const auto waited = wait(*question, deadline);
  if (!waited) {
    // Cancelled or not, its place stays: what libunbound knows of it must never dangle.
    ub_cancel(context.get(), id);
    return failure(waited.error().text);
  }
  RawAnswer raw = raw_answer(*question);
  questions.erase(question);
  return raw;
}

/// `ask`, but an answer that is bogus because nothing can be validated here says only that.
RawAnswer Resolver::State::validated(const std::string& name, int type, Deadline deadline) {
  RawAnswer raw = ask(name, type, deadline);
  if (!raw.is_bogus) return raw;
  for (const std::string& anchor : anchored) {
    if (anchor != "." && !is_in_zone(name, anchor)) continue;
    // A name server that passes no signatures on, or an anchor that is old, breaks the zone of the anchor
    // itself.
    if (!ask(anchor, type_dnskey, deadline).is_bogus) return raw;
  }
  return failure(
      fmt::format("no answer can be validated: the name server passes no DNSSEC signatures on, or the trust "
                  "anchor is old ({})",
                  raw.why));
}

std::vector<net::Address> Resolver::State::addresses_of(const std::string& name, Deadline deadline) {
  std::vector<net::Address> out;
  for (const int type : {type_a, type_aaaa}) {
    const RawAnswer raw = ask(name, type, deadline);
    if (!is_answer(raw)) continue;
    for (const std::string& rdata : raw.rdata) {
      if (out.size() == most_addresses) break;
      if (const auto address = address_of(rdata)) out.push_back(*address);
    }
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

Resolver::Resolver(std::unique_ptr<State> state) : state_(std::move(state)) {}
Resolver::~Resolver() = default;
Resolver::Resolver(Resolver&&) noexcept = default;
Resolver& Resolver::operator=(Resolver&&) noexcept = default;

base::Result<Resolver> Resolver::open(const ResolverSettings& settings) {
  auto state = std::make_unique<State>();
  state->context.reset(ub_ctx_create());
  if (!state->context) return base::Error{base::Errc::io, "the resolver cannot be started", {}};
  if (auto done = set_options(state->context.get()); !done) return done.error();
  if (auto done = set_servers(state->context.get(), settings); !done) return done.error();
  if (auto done = set_anchors(state->context.get(), settings, state->anchored); !done) return done.error();
  if (auto done = finish(state->context.get(), settings); !done) return done.error();
  return Resolver(std::move(state));
}

TlsaAnswer Resolver::tlsa_records(std::string_view host, std::uint16_t port, Deadline deadline) {
  const auto owner = base::tlsa_owner(host, port);
  if (!owner) {
    TlsaAnswer answer;
    answer.text = owner.error().text;
    return answer;
  }
  return judge_tlsa(state_->validated(*owner, type_tlsa, deadline), *owner);
}

MxAnswer Resolver::mx_hosts(std::string_view domain, Deadline deadline) {
  if (!base::is_dns_host_name(domain)) {
    MxAnswer answer;
    answer.text = fmt::format("\"{}\" is no domain name", base::printable(domain));
    return answer;
  }
  return judge_mx(state_->validated(absolute(domain), type_mx, deadline));
}

base::Result<ZoneServers> Resolver::authoritative_servers(std::string_view name, Deadline deadline) {
  if (!base::is_dns_host_name(name))
    return base::Error{base::Errc::parse, fmt::format("\"{}\" is no domain name", base::printable(name)), {}};
  // Name servers stand at the top of a zone only, so the first name with some is the top of ours.
  for (std::string zone = absolute(name); zone.size() > 1; zone.erase(0, zone.find('.') + 1)) {
    const RawAnswer raw = state_->ask(zone, type_ns, deadline);
    if (!is_answer(raw))
      return base::Error{base::Errc::unavailable,
                         base::printable(raw.why.empty() ? "no answer" : raw.why, 512), zone};
    // An alias is inside of a zone, never its top; the answer is about the name that it leads to.
    if (!raw.has_data || (!raw.canonical.empty() && absolute(raw.canonical) != zone)) continue;
    ZoneServers found{zone, {}};
    for (const std::string& rdata : raw.rdata) {
      const auto server = name_from_wire(rdata);
      if (!server || server->empty())
        return base::Error{base::Errc::parse, "a name server without a name", zone};
      if (found.servers.size() == most_servers)
        return base::Error{base::Errc::parse, fmt::format("more than {} name servers", most_servers), zone};
      found.servers.push_back({*server, state_->addresses_of(absolute(*server), deadline)});
    }
    std::sort(found.servers.begin(), found.servers.end(),
              [](const NameServer& a, const NameServer& b) { return a.name < b.name; });
    return found;
  }
  return base::Error{base::Errc::missing, "no name server answers for it",
                     std::string(base::printable(name))};
}

}  // namespace tlsward::dns
