#include "cert/hook.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>

namespace tlsward::cert {
namespace {

using base::Errc;
using Words = std::vector<std::string>;

std::string joined(const Words& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

/// "caller: names: file file?" with a question mark at what may be missing; "caller: nothing: operation".
std::string seen(const Environment& environment, const Words& arguments = {}) {
  const auto call = read_hook_call(environment, arguments);
  if (!call) return "error";
  std::string out(hook_caller_name(call->caller));
  if (call->work == HookCall::Work::nothing) return out + ": nothing: " + call->operation;
  Words files;
  for (const HookFile& file : call->files) files.push_back(file.path + (file.may_be_missing ? "?" : ""));
  return out + ": " + joined(call->names) + (call->has_all_names ? "" : " …") + ": " + joined(files);
}

const Environment by_certbot{{"RENEWED_LINEAGE", "/etc/letsencrypt/live/mail.example.org"},
                             {"RENEWED_DOMAINS", "mail.example.org MX.example.org. *.example.net 192.0.2.1"},
                             {"PATH", "/usr/bin"}};
const Environment by_lego{{"LEGO_ACCOUNT_EMAIL", "a@example.org"},
                          {"LEGO_CERT_DOMAIN", "mail.example.org"},
                          {"LEGO_CERT_PATH", "/var/lego/certificates/mail.example.org.crt"},
                          {"LEGO_CERT_KEY_PATH", "/var/lego/certificates/mail.example.org.key"}};
const Environment by_acme_sh{{"Le_Domain", "mail.example.org"},
                             {"CERT_PATH", "/a/mail.cer"},
                             {"CERT_KEY_PATH", "/a/mail.key"},
                             {"CA_CERT_PATH", "/a/ca.cer"},
                             {"CERT_FULLCHAIN_PATH", "/a/fullchain.cer"}};

Environment with(Environment environment, const std::string& name, const std::string& value) {
  environment[name] = value;
  return environment;
}
Environment without(Environment environment, const std::string& name) {
  environment.erase(name);
  return environment;
}

Errc error_of(const Environment& environment, const Words& arguments = {}) {
  const auto call = read_hook_call(environment, arguments);
  CPPUNIT_ASSERT(!call);
  return call.error().code;
}

}  // namespace

class HookTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(HookTest);
  CPPUNIT_TEST(knows_certbot);
  CPPUNIT_TEST(knows_lego);
  CPPUNIT_TEST(knows_acme_sh);
  CPPUNIT_TEST(knows_dehydrated);
  CPPUNIT_TEST(knows_uacme);
  CPPUNIT_TEST(takes_files_from_anybody);
  CPPUNIT_TEST(puts_arguments_before_the_environment);
  CPPUNIT_TEST(refuses_what_nobody_says);
  CPPUNIT_TEST(bounds_what_it_is_given);
  CPPUNIT_TEST(leaves_out_names_that_are_none);
  CPPUNIT_TEST(knows_which_names_are_ours);
  CPPUNIT_TEST_SUITE_END();

 public:
  void knows_certbot() {
    const std::string live = "/etc/letsencrypt/live/mail.example.org";
    CPPUNIT_ASSERT_EQUAL("certbot: mail.example.org mx.example.org *.example.net 192.0.2.1: " + live +
                             "/privkey.pem " + live + "/fullchain.pem",
                         seen(by_certbot));
    CPPUNIT_ASSERT_EQUAL("certbot:  …: " + live + "/privkey.pem " + live + "/fullchain.pem",
                         seen(without(by_certbot, "RENEWED_DOMAINS")));
    CPPUNIT_ASSERT_EQUAL(std::string("certbot: nothing: post-hook"),
                         seen({{"RENEWED_DOMAINS", ""}, {"FAILED_DOMAINS", "a.example"}}));
    CPPUNIT_ASSERT_EQUAL(Errc::config, error_of({{"RENEWED_DOMAINS", "mail.example.org"}}));
  }

  void knows_lego() {
    const std::string path = "/var/lego/certificates/mail.example.org";
    CPPUNIT_ASSERT_EQUAL(
        "lego: mail.example.org …: " + path + ".crt " + path + ".key? " + path + ".issuer.crt?",
        seen(by_lego));
    CPPUNIT_ASSERT_EQUAL("lego: mail.example.org …: " + path + ".crt " + path + ".key? /i.crt?",
                         seen(with(by_lego, "LEGO_ISSUER_CERT_PATH", "/i.crt")));
    CPPUNIT_ASSERT_EQUAL("lego: mail.example.org …: " + path + ".crt " + path + ".issuer.crt?",
                         seen(without(by_lego, "LEGO_CERT_KEY_PATH")));
    CPPUNIT_ASSERT_EQUAL(std::string("lego: mail.example.org …: x"),
                         seen(without(with(by_lego, "LEGO_CERT_PATH", "x"), "LEGO_CERT_KEY_PATH")));
    // Its settings alone are no call.
    CPPUNIT_ASSERT_EQUAL(Errc::parse,
                         error_of({{"LEGO_PATH", "/var/lego"}, {"LEGO_ACCOUNT_EMAIL", "a@example.org"}}));
  }

  void knows_acme_sh() {
    CPPUNIT_ASSERT_EQUAL(std::string("acme.sh: mail.example.org …: /a/fullchain.cer /a/mail.key?"),
                         seen(by_acme_sh));
    CPPUNIT_ASSERT_EQUAL(std::string("acme.sh: mail.example.org …: /a/mail.cer /a/ca.cer? /a/mail.key?"),
                         seen(without(by_acme_sh, "CERT_FULLCHAIN_PATH")));
    // Such plain words may stand in anybody's environment.
    CPPUNIT_ASSERT_EQUAL(Errc::parse, error_of(without(by_acme_sh, "Le_Domain")));
    CPPUNIT_ASSERT_EQUAL(Errc::parse, error_of({{"Le_Domain", "mail.example.org"}}));
  }

  void knows_dehydrated() {
    const Words deploy{"deploy_cert",      "mail.example.org", "/d/privkey.pem", "/d/cert.pem",
                       "/d/fullchain.pem", "/d/chain.pem",     "1460152442"};
    CPPUNIT_ASSERT_EQUAL(std::string("dehydrated: mail.example.org …: /d/privkey.pem /d/fullchain.pem"),
                         seen({}, deploy));
    // What the tool asks with to see that unknown words do no harm is as long as this.
    const std::string unknown = "unknown_" + std::string(90, 'x');
    for (const char* operation : {"deploy_challenge", "clean_challenge", "sync_cert", "deploy_ocsp",
                                  "unchanged_cert", "invalid_challenge", "request_failure", "generate_csr",
                                  "startup_hook", "exit_hook", unknown.c_str()}) {
      const std::string told =
          std::string(operation).substr(0, 64) + (std::string(operation).size() > 64 ? "..." : "");
      CPPUNIT_ASSERT_EQUAL("dehydrated: nothing: " + told,
                           seen({}, {operation, "mail.example.org", "/d/privkey.pem"}));
      CPPUNIT_ASSERT_EQUAL("dehydrated: nothing: " + told, seen({}, {operation}));
    }
    for (std::size_t count = 1; count < 6; ++count)
      CPPUNIT_ASSERT_EQUAL(
          Errc::parse,
          error_of({}, Words(deploy.begin(), deploy.begin() + static_cast<std::ptrdiff_t>(count))));
    CPPUNIT_ASSERT(read_hook_call({}, Words(deploy.begin(), deploy.begin() + 6)));
    Words empty = deploy;
    empty[4].clear();
    CPPUNIT_ASSERT_EQUAL(Errc::parse, error_of({}, empty));
  }

  void knows_uacme() {
    const std::string key = "/etc/ssl/uacme/private/mail.example.org/key.pem";
    const std::string cert = "/etc/ssl/uacme/mail.example.org/cert.pem";
    CPPUNIT_ASSERT_EQUAL("uacme: mail.example.org …: " + key + " " + cert, seen({}, {key, cert}));
    CPPUNIT_ASSERT_EQUAL("uacme: mail.example.org …: " + cert + " " + key, seen({}, {cert, key}));
    CPPUNIT_ASSERT_EQUAL("files:  …: " + key + " /etc/ssl/uacme/other/cert.pem",
                         seen({}, {key, "/etc/ssl/uacme/other/cert.pem"}));
    CPPUNIT_ASSERT_EQUAL(Errc::config,
                         error_of({}, {"begin", "http-01", "mail.example.org", "token", "auth"}));
    CPPUNIT_ASSERT_EQUAL(std::string("uacme: nothing: done"),
                         seen({}, {"done", "http-01", "mail.example.org", "token", "auth"}));
    CPPUNIT_ASSERT_EQUAL(std::string("uacme: nothing: failed"),
                         seen({}, {"failed", "dns-01", "mail.example.org", "token", "auth"}));
  }

  void takes_files_from_anybody() {
    CPPUNIT_ASSERT_EQUAL(std::string("files:  …: bundle.p12"), seen({}, {"bundle.p12"}));
    CPPUNIT_ASSERT_EQUAL(std::string("files:  …: ./key a/cert c.pem"),
                         seen({}, {"./key", "a/cert", "c.pem"}));
  }

  void puts_arguments_before_the_environment() {
    CPPUNIT_ASSERT_EQUAL(std::string("files:  …: /x/key.pem"), seen(by_certbot, {"/x/key.pem"}));
    CPPUNIT_ASSERT_EQUAL(std::string("dehydrated: nothing: exit_hook"), seen(by_lego, {"exit_hook"}));
  }

  void refuses_what_nobody_says() {
    CPPUNIT_ASSERT_EQUAL(Errc::parse, error_of({}));
    CPPUNIT_ASSERT_EQUAL(Errc::parse, error_of({{"RENEWED_LINEAGE", ""}, {"PATH", "/bin"}}));
    for (const Words& words : {Words{"deploy"}, Words{""}, Words{"-"}, Words{"--key=/a/b"},
                               Words{"a.pem", "word"}, Words{"begin"}, Words{"a.pem", ""}})
      CPPUNIT_ASSERT_EQUAL_MESSAGE(joined(words), Errc::parse, error_of({}, words));
    for (const auto& [first, second] : {std::pair(by_certbot, by_lego), std::pair(by_certbot, by_acme_sh),
                                        std::pair(by_lego, by_acme_sh)}) {
      Environment both = first;
      both.insert(second.begin(), second.end());
      CPPUNIT_ASSERT_EQUAL(Errc::conflict, error_of(both));
    }
    CPPUNIT_ASSERT(read_hook_call({}, {"\x1B[2J"}).error().text.find('\x1B') == std::string::npos);
  }

  void bounds_what_it_is_given() {
    const std::string huge(64 * 1024 + 1, 'a');
    CPPUNIT_ASSERT_EQUAL(Errc::range, error_of(with(by_certbot, "RENEWED_DOMAINS", huge)));
    CPPUNIT_ASSERT_EQUAL(Errc::range, error_of(with(by_certbot, "RENEWED_LINEAGE", std::string(4096, '/'))));
    CPPUNIT_ASSERT_EQUAL(Errc::range, error_of({}, {"/" + huge}));
    CPPUNIT_ASSERT_EQUAL(Errc::range, error_of({}, {std::string(4097, '/')}));
    CPPUNIT_ASSERT(read_hook_call({}, {std::string(4096, '/')}));
    CPPUNIT_ASSERT(read_hook_call(with(by_certbot, "OTHER", huge), {}));
  }

  void leaves_out_names_that_are_none() {
    CPPUNIT_ASSERT_EQUAL(
        std::string("certbot: a.example *.b.example 2001:db8::1: L/privkey.pem L/fullchain.pem"),
        seen({{"RENEWED_LINEAGE", "L"},
              {"RENEWED_DOMAINS",
               "  a.example,A.example. *.b.example\t*. *.*.c a..b \x1B[2J 2001:db8::1 * "}}));
  }

  void knows_which_names_are_ours() {
    struct Row {
      const char* label;
      Words names;
      Words hosts;
      bool want;
    };
    for (const auto& [label, names, hosts, want] :
         {Row{"the same", {"mail.example.org"}, {"mail.example.org"}, true},
          Row{"case and dots", {"Mail.Example.ORG."}, {"mail.example.org"}, true},
          Row{"a dot in ours", {"mail.example.org"}, {"MAIL.example.org."}, true},
          Row{"one of several",
              {"www.example.org", "mail.example.org"},
              {"mx.example.org", "mail.example.org"},
              true},
          Row{"another", {"www.example.org"}, {"mail.example.org"}, false},
          Row{"a parent", {"example.org"}, {"mail.example.org"}, false},
          Row{"a child", {"a.mail.example.org"}, {"mail.example.org"}, false},
          Row{"an ending", {"xmail.example.org"}, {"mail.example.org"}, false},
          Row{"a wildcard", {"*.example.org"}, {"mail.example.org"}, true},
          Row{"a wildcard in capitals", {"*.EXAMPLE.org."}, {"mail.example.org"}, true},
          Row{"a wildcard and its own domain", {"*.example.org"}, {"example.org"}, false},
          Row{"a wildcard two labels below", {"*.example.org"}, {"a.mail.example.org"}, false},
          Row{"a wildcard of a whole country", {"*.org"}, {"example.org"}, false},
          Row{"a wildcard in the middle", {"mail.*.org"}, {"mail.example.org"}, false},
          Row{"half a label", {"m*.example.org"}, {"mail.example.org"}, false},
          Row{"a wildcard and no label", {"*.example.org"}, {".example.org"}, false},
          Row{"a lone star", {"*"}, {"mail.example.org"}, false},
          Row{"no names", {}, {"mail.example.org"}, false},
          Row{"no hosts", {"mail.example.org"}, {}, false},
          Row{"nothing", {""}, {""}, false},
          Row{"only a dot", {"."}, {"."}, false}})
      CPPUNIT_ASSERT_EQUAL_MESSAGE(label, want, is_ours(names, hosts));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(HookTest);

}  // namespace tlsward::cert
