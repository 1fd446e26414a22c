#include "smtp/served.h"

#include <cppunit/extensions/HelperMacros.h>

#include <cstdlib>
#include <functional>
#include <string>
#include <thread>

#include "unit/smtp/fake_server.h"

namespace tlsward::smtp {

using std::chrono::milliseconds;
using tests::FakeServer;
using tests::Peer;

/// What hostile and broken servers do in the clear, and up to the first octet of TLS.
class ServedTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ServedTest);
  CPPUNIT_TEST(says_at_which_step_a_server_fell_silent);
  CPPUNIT_TEST(says_at_which_step_a_server_hung_up);
  CPPUNIT_TEST(is_not_held_by_a_server_that_trickles);
  CPPUNIT_TEST(stops_at_replies_without_end);
  CPPUNIT_TEST(tells_refusals_from_nonsense);
  CPPUNIT_TEST(tells_a_server_without_tls_from_one_whose_tls_is_broken);
  CPPUNIT_TEST(reads_nothing_that_was_injected_behind_starttls);
  CPPUNIT_TEST(takes_no_early_reply_for_the_answer_to_starttls);
  CPPUNIT_TEST(fails_the_handshake_with_what_is_no_tls);
  CPPUNIT_TEST(is_not_held_by_records_without_end);
  CPPUNIT_TEST(survives_a_reset_while_it_speaks);
  CPPUNIT_TEST(tells_when_nobody_listens);
  CPPUNIT_TEST(refuses_hosts_that_are_none);
  CPPUNIT_TEST(does_not_wait_for_a_name_server_beyond_the_deadline);
  CPPUNIT_TEST(goes_through_no_proxy_of_the_environment);
  CPPUNIT_TEST(names_every_step_and_verdict_as_scripts_know_them);
  CPPUNIT_TEST_SUITE_END();

  static constexpr const char* capabilities = "250-mx.test.example\r\n250-SIZE 1\r\n250 STARTTLS\r\n";

  static Outcome ask_port(std::uint16_t port, milliseconds limit = milliseconds(5000),
                          Security security = Security::starttls) {
    Target target;
    target.host = "127.0.0.1";
    target.port = port;
    target.security = security;
    return fetch_served(target, std::chrono::steady_clock::now() + limit);
  }

  static Outcome ask_server(const std::function<void(const Peer&)>& script,
                            milliseconds limit = milliseconds(5000), Security security = Security::starttls) {
    const FakeServer server(script);
    return ask_port(server.port(), limit, security);
  }

  static void expect(const std::string& label, const Outcome& got, Step step, Verdict verdict) {
    const std::string all = label + ": " + got.text;
    CPPUNIT_ASSERT_EQUAL_MESSAGE(all, std::string(name_of(verdict)), std::string(name_of(got.verdict)));
    CPPUNIT_ASSERT_EQUAL_MESSAGE(all, std::string(name_of(step)), std::string(name_of(got.step)));
    CPPUNIT_ASSERT_MESSAGE(label, !got.text.empty());
  }

  /// Runs the dialogue up to a step, then leaves it to `end`.
  static std::function<void(const Peer&)> up_to(Step step, const std::function<void(const Peer&)>& end) {
    return [step, end](const Peer& peer) {
      if (step > Step::banner) {
        peer.say("220 mx.test.example ESMTP\r\n");
        static_cast<void>(peer.hear());
      }
      if (step > Step::ehlo) {
        peer.say(capabilities);
        static_cast<void>(peer.hear());
      }
      if (step > Step::starttls) peer.say("220 2.0.0 Ready to start TLS\r\n");
      end(peer);
    };
  }

 public:
  void says_at_which_step_a_server_fell_silent() {
    const auto silent = [](const Peer& peer) { peer.wait_for_end(); };
    for (const Step step : {Step::banner, Step::ehlo, Step::starttls, Step::handshake}) {
      const auto began = std::chrono::steady_clock::now();
      const Outcome got = ask_server(up_to(step, silent), milliseconds(200));
      expect("silent", got, step, Verdict::timeout);
      const auto took = std::chrono::steady_clock::now() - began;
      CPPUNIT_ASSERT(took >= milliseconds(200) && took < milliseconds(3000));
    }
    expect("silent smtps", ask_server(silent, milliseconds(200), Security::smtps), Step::handshake,
           Verdict::timeout);
  }

  void says_at_which_step_a_server_hung_up() {
    const auto gone = [](const Peer&) {};
    expect("gone", ask_server(up_to(Step::banner, gone)), Step::banner, Verdict::closed);
    expect("gone", ask_server(up_to(Step::ehlo, gone)), Step::ehlo, Verdict::closed);
    expect("gone", ask_server(up_to(Step::starttls, gone)), Step::starttls, Verdict::closed);
    expect("gone", ask_server(up_to(Step::handshake, [](const Peer& peer) { peer.skip(5); })),
           Step::handshake, Verdict::handshake_failed);
    expect("half a line", ask_server([](const Peer& peer) { peer.say("220 mx.te"); }), Step::banner,
           Verdict::closed);
  }

  void is_not_held_by_a_server_that_trickles() {
    const auto trickle = [](const Peer& peer) {
      while (peer.say("2")) std::this_thread::sleep_for(milliseconds(10));
    };
    for (const Step step : {Step::banner, Step::ehlo, Step::starttls}) {
      const auto began = std::chrono::steady_clock::now();
      expect("trickle", ask_server(up_to(step, trickle), milliseconds(300)), step, Verdict::timeout);
      CPPUNIT_ASSERT(std::chrono::steady_clock::now() - began < milliseconds(3000));
    }
  }

  void stops_at_replies_without_end() {
    const auto began = std::chrono::steady_clock::now();
    const auto one_line = [](const Peer& peer) {
      const std::string much(65536, '2');
      while (peer.say(much)) {
      }
    };
    const auto lines = [](const Peer& peer) {
      while (peer.say("220-mx.test.example\r\n")) {
      }
    };
    const auto mebibyte = [](const Peer& peer) { peer.say("250 " + std::string(1U << 20U, 'x') + "\r\n"); };
    for (const Step step : {Step::banner, Step::ehlo, Step::starttls}) {
      expect("endless line", ask_server(up_to(step, one_line), milliseconds(20000)), step,
             Verdict::protocol_error);
      expect("endless lines", ask_server(up_to(step, lines), milliseconds(20000)), step,
             Verdict::protocol_error);
      expect("1 MiB", ask_server(up_to(step, mebibyte), milliseconds(20000)), step, Verdict::protocol_error);
    }
    CPPUNIT_ASSERT(std::chrono::steady_clock::now() - began < milliseconds(10000));
  }

  void tells_refusals_from_nonsense() {
    const auto says = [](const char* text) {
      return [text](const Peer& peer) {
        peer.say(text);
        peer.wait_for_end();
      };
    };
    expect("554", ask_server(up_to(Step::banner, says("554 go away\r\n"))), Step::banner, Verdict::refused);
    expect("421", ask_server(up_to(Step::ehlo, says("421 too busy\r\n"))), Step::ehlo, Verdict::refused);
    expect("502", ask_server(up_to(Step::ehlo, says("502 what?\r\n"))), Step::ehlo, Verdict::refused);
    expect("354", ask_server(up_to(Step::banner, says("354 go on\r\n"))), Step::banner,
           Verdict::protocol_error);
    expect("http", ask_server(up_to(Step::banner, says("HTTP/1.1 400 Bad\r\n"))), Step::banner,
           Verdict::protocol_error);
    const Outcome got = ask_server(says("554 \x1b[2Jgo away\r\n"));
    CPPUNIT_ASSERT_EQUAL(std::string("the server greeted us with \"554 \\x1B[2Jgo away\""), got.text);
    CPPUNIT_ASSERT(got.was_answered() && !ask_server([](const Peer&) {}).was_answered());
  }

  void tells_a_server_without_tls_from_one_whose_tls_is_broken() {
    std::string last;
    const auto plain = [&](const Peer& peer) {
      peer.say("220 mx\r\n");
      static_cast<void>(peer.hear());
      peer.say("250-mx\r\n250 SIZE 1\r\n");
      last = peer.hear();
      peer.say("221 bye\r\n");
    };
    expect("none", ask_server(plain), Step::starttls, Verdict::no_starttls);
    CPPUNIT_ASSERT_EQUAL(std::string("QUIT"), last);
    const auto broken = [](const Peer& peer) {
      peer.say("454 4.7.0 TLS not available due to local problem\r\n");
      peer.wait_for_end();
    };
    const Outcome got = ask_server(up_to(Step::starttls, broken));
    expect("454", got, Step::starttls, Verdict::starttls_unavailable);
    CPPUNIT_ASSERT(got.text.find("454 4.7.0 TLS not available") != std::string::npos);
  }

  void reads_nothing_that_was_injected_behind_starttls() {
    // CVE-2011-0411 and CVE-2021-38371: in the same packet, and in one of its own.
    const auto same = [](const Peer& peer) {
      peer.say("220 go\r\n250-injected\r\n250 AUTH PLAIN\r\n");
      peer.wait_for_end();
    };
    expect("same packet", ask_server(up_to(Step::starttls, same)), Step::starttls, Verdict::protocol_error);
    const auto later = [](const Peer& peer) {
      peer.say("220 go\r\n");
      peer.say("250-injected\r\n250 AUTH PLAIN\r\n");
      peer.wait_for_end();
    };
    const Outcome got = ask_server(up_to(Step::starttls, later));
    CPPUNIT_ASSERT_MESSAGE(std::string(name_of(got.verdict)), got.verdict == Verdict::protocol_error ||
                                                                  got.verdict == Verdict::handshake_failed);
    CPPUNIT_ASSERT(got.chain.empty());
  }

  void takes_no_early_reply_for_the_answer_to_starttls() {
    const auto early = [](const Peer& peer) {
      peer.say(std::string(capabilities) + "220 go\r\n");
      peer.wait_for_end();
    };
    expect("early 220", ask_server(up_to(Step::ehlo, early)), Step::ehlo, Verdict::protocol_error);
    expect("early 250", ask_server([](const Peer& peer) {
             peer.say(std::string("220 mx\r\n") + capabilities);
             peer.wait_for_end();
           }),
           Step::banner, Verdict::protocol_error);
  }

  void fails_the_handshake_with_what_is_no_tls() {
    const auto nonsense = [](const Peer& peer) {
      peer.skip(5);
      const std::string much(65536, 'x');
      while (peer.say(much)) {
      }
    };
    expect("nonsense", ask_server(up_to(Step::handshake, nonsense)), Step::handshake,
           Verdict::handshake_failed);
    const auto plain = [](const Peer& peer) {
      peer.say("220 mx.test.example ESMTP\r\n");
      peer.wait_for_end();
    };
    expect("plain on smtps", ask_server(plain, milliseconds(5000), Security::smtps), Step::handshake,
           Verdict::handshake_failed);
  }

  void is_not_held_by_records_without_end() {
    struct Row {
      const char* label;
      std::string record;
    };
    using std::string_literals::operator""s;
    for (const auto& [label, record] :
         {Row{"warnings", "\x15\x03\x03\x00\x02\x01\x5a"s},
          Row{"empty handshake records", "\x16\x03\x03\x00\x00"s},
          Row{"empty application data", "\x17\x03\x03\x00\x00"s},
          Row{"change cipher spec", "\x14\x03\x03\x00\x01\x01"s},
          Row{"hello requests", "\x16\x03\x03\x00\x04\x00\x00\x00\x00"s},
          Row{"an endless message", "\x16\x03\x03\x00\x05\x02\xff\xff\xff\x00"s}}) {
      std::string many;
      while (many.size() < 16384) many += record;
      const auto began = std::chrono::steady_clock::now();
      const Outcome got = ask_server(up_to(Step::handshake,
                                           [&many = many](const Peer& peer) {
                                             peer.skip(5);
                                             while (peer.say(many)) {
                                             }
                                           }),
                                     milliseconds(700));
      CPPUNIT_ASSERT_MESSAGE(label, got.step == Step::handshake);
      CPPUNIT_ASSERT_MESSAGE(label,
                             got.verdict == Verdict::handshake_failed || got.verdict == Verdict::timeout);
      CPPUNIT_ASSERT_MESSAGE(label, std::chrono::steady_clock::now() - began < milliseconds(3000));
    }
  }

  void survives_a_reset_while_it_speaks() {
    const Outcome got = ask_server(up_to(Step::ehlo, [](const Peer& peer) { peer.end_by_reset(); }));
    expect("reset", got, Step::ehlo, Verdict::closed);
    for (int i = 0; i < 20; ++i) {
      // Whether we are still connecting, reading or writing then is the scheduler's; SIGPIPE would end us.
      const Outcome any = ask_server([](const Peer& peer) {
        peer.say("220 mx\r\n");
        peer.end_by_reset();
      });
      CPPUNIT_ASSERT_MESSAGE(any.text, any.verdict == Verdict::closed || any.verdict == Verdict::refused);
    }
  }

  void tells_when_nobody_listens() {
    expect("dead port", ask_port(tests::dead_port()), Step::connect, Verdict::refused);
    Target target;
    target.host = "::1";
    target.port = tests::dead_port();
    const Outcome got = fetch_served(target, std::chrono::steady_clock::now() + milliseconds(2000));
    CPPUNIT_ASSERT_MESSAGE(got.text, got.step == Step::connect && !got.is_ok());
  }

  void refuses_hosts_that_are_none() {
    for (const char* const host :
         {"", "a b", "host/path", "user@host", "127.0.0.1:25", "[::1]", "x\r\ny", "%31"}) {
      Target target;
      target.host = host;
      expect(host, fetch_served(target, std::chrono::steady_clock::now() + milliseconds(500)), Step::resolve,
             Verdict::dns_failed);
    }
    Target target;
    target.host = "127.0.0.1";
    target.ehlo_name = "x\r\nMAIL FROM:<>";
    const Outcome got = fetch_served(target, std::chrono::steady_clock::now() + milliseconds(500));
    CPPUNIT_ASSERT(got.verdict == Verdict::local_error);
  }

  void does_not_wait_for_a_name_server_beyond_the_deadline() {
    Target target;
    target.host = "no-such-host.invalid";
    const auto began = std::chrono::steady_clock::now();
    const Outcome got = fetch_served(target, began + milliseconds(300));
    CPPUNIT_ASSERT_EQUAL(std::string("resolve"), std::string(name_of(got.step)));
    CPPUNIT_ASSERT(got.verdict == Verdict::dns_failed || got.verdict == Verdict::timeout);
    CPPUNIT_ASSERT(std::chrono::steady_clock::now() - began < milliseconds(3000));
  }

  void goes_through_no_proxy_of_the_environment() {
    for (const char* const name : {"http_proxy", "all_proxy", "ALL_PROXY"})
      ::setenv(name, "http://127.0.0.1:1", 1);  // NOLINT(concurrency-mt-unsafe): no thread of ours runs yet
    const Outcome got = ask_server([](const Peer& peer) { peer.say("554 no\r\n"); });
    for (const char* const name : {"http_proxy", "all_proxy", "ALL_PROXY"})
      ::unsetenv(name);  // NOLINT(concurrency-mt-unsafe): the server's thread has ended
    expect("proxy", got, Step::banner, Verdict::refused);
  }

  void names_every_step_and_verdict_as_scripts_know_them() {
    std::string steps;
    for (auto step = Step::resolve; step <= Step::done; step = static_cast<Step>(static_cast<int>(step) + 1))
      steps += std::string(name_of(step)) + "|";
    CPPUNIT_ASSERT_EQUAL(std::string("resolve|connect|banner|ehlo|starttls|handshake|verify|done|"), steps);
    std::string verdicts;
    for (auto verdict = Verdict::ok; verdict <= Verdict::local_error;
         verdict = static_cast<Verdict>(static_cast<int>(verdict) + 1))
      verdicts += std::string(name_of(verdict)) + "|";
    CPPUNIT_ASSERT_EQUAL(
        std::string("ok|dns-failed|refused|unreachable|timeout|closed|protocol-error|no-starttls|"
                    "starttls-unavailable|handshake-failed|local-error|"),
        verdicts);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ServedTest);

}  // namespace tlsward::smtp
