#include "cert/dane_plan.h"

#include <algorithm>
#include <tuple>

namespace tlsward::cert {
namespace {

using base::Seconds;
using base::TlsaRecord;

bool has(const ServerRecords& answer, const TlsaRecord& record) {
  return std::find(answer.records.begin(), answer.records.end(), record) != answer.records.end();
}

const ServerRecords* answer_of(const std::vector<ServerRecords>& round, const std::string& server) {
  const auto found = std::find_if(round.begin(), round.end(),
                                  [&server](const ServerRecords& a) { return a.server == server; });
  return found == round.end() ? nullptr : &*found;
}

/// The later of two times, of which nothing is later than any.
void take_later(std::optional<Seconds>& time, const std::optional<Seconds>& other) {
  time = time && other ? std::optional(std::max(*time, *other)) : std::nullopt;
}

/// The order in which seen records are kept.
bool by_server_and_record(const SeenRecord& a, const SeenRecord& b) {
  return std::tie(a.server, a.record) < std::tie(b.server, b.record);
}

}  // namespace

void DaneWatch::observe(Seconds now, const std::vector<ServerRecords>& round) {
  const auto is_gone = [&round](const SeenRecord& seen) {
    const ServerRecords* answer = answer_of(round, seen.server);
    return answer == nullptr || (answer->has_answered && !has(*answer, seen.record));
  };
  seen_.erase(std::remove_if(seen_.begin(), seen_.end(), is_gone), seen_.end());
  const auto known = static_cast<std::ptrdiff_t>(seen_.size());
  for (const ServerRecords& answer : round) {
    if (!answer.has_answered || answer.records.empty()) continue;
    ttl_ = std::max(ttl_, answer.ttl);
    for (const TlsaRecord& record : answer.records) {
      SeenRecord fresh{answer.server, record, now};
      if (!std::binary_search(seen_.begin(), seen_.begin() + known, fresh, by_server_and_record))
        seen_.push_back(std::move(fresh));
    }
  }
  std::sort(seen_.begin(), seen_.end(), by_server_and_record);
  // A round that names a server or a record twice says nothing more by it.
  seen_.erase(std::unique(seen_.begin(), seen_.end(),
                          [](const SeenRecord& a, const SeenRecord& b) {
                            return !by_server_and_record(a, b) && !by_server_and_record(b, a);
                          }),
              seen_.end());
  last_round_ = round;
}

std::optional<Seconds> DaneWatch::earliest_match(const std::string& server, const ChainBytes& chain) const {
  std::optional<Seconds> earliest;
  for (const SeenRecord& seen : seen_) {
    if (seen.server == server && matches(seen.record, chain) && (!earliest || seen.since < *earliest))
      earliest = seen.since;
  }
  return earliest;
}

IdentityPlan DaneWatch::plan_of(const PlannedIdentity& identity) const {
  IdentityPlan plan{identity.name, records_to_publish(identity.chain), {}, Seconds::min()};
  for (const ServerRecords& answer : last_round_) {
    auto since = earliest_match(answer.server, identity.chain);
    if (!since && answer.has_answered) plan.missing_at.push_back(answer.server);
    if (since) *since += 2 * ttl_;
    take_later(plan.ready_at, since);
  }
  return plan;
}

DanePlan DaneWatch::plan(const std::vector<PlannedIdentity>& identities, Seconds now) const {
  DanePlan plan;
  plan.ttl = ttl_;
  if (!last_round_.empty() && !identities.empty()) plan.ready_at = Seconds::min();
  for (const PlannedIdentity& identity : identities) {
    plan.identities.push_back(plan_of(identity));
    if (last_round_.empty()) plan.identities.back().ready_at.reset();
    take_later(plan.ready_at, plan.identities.back().ready_at);
  }
  for (const ServerRecords& answer : last_round_) {
    if (!answer.has_answered) plan.silent_servers.push_back(answer.server);
  }
  plan.is_ready = plan.ready_at && *plan.ready_at <= now && plan.silent_servers.empty();
  // Whoever learnt the old set last before the change may hold it for a TTL, and connects with it to a server
  // that is taken back meanwhile: twice the TTL after the change leaves room for that.
  const Seconds keep_until = std::max(now, plan.ready_at.value_or(now)) + 2 * ttl_;
  for (const SeenRecord& seen : seen_) {
    const bool is_new = std::any_of(identities.begin(), identities.end(), [&seen](const PlannedIdentity& i) {
      return matches(seen.record, i.chain);
    });
    const bool is_told = std::any_of(plan.old_records.begin(), plan.old_records.end(),
                                     [&seen](const OldRecord& old) { return old.record == seen.record; });
    if (!is_new && !is_told) plan.old_records.push_back({seen.record, keep_until});
  }
  std::sort(plan.old_records.begin(), plan.old_records.end(),
            [](const OldRecord& a, const OldRecord& b) { return a.record < b.record; });
  return plan;
}

}  // namespace tlsward::cert
