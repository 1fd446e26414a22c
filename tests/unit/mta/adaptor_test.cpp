#include "mta/adaptor.h"

#include <cppunit/extensions/HelperMacros.h>
#include <sys/stat.h>

#include <filesystem>

#include "base/files.h"
#include "support/temp_dir.h"

namespace tlsward::mta {

using base::Errc;

/// Finding and reloading, with programs of a test's own in the place of the mail server's.
class AdaptorTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(AdaptorTest);
  CPPUNIT_TEST(knows_files_of_a_folder);
  CPPUNIT_TEST(finds_nothing_where_nothing_is);
  CPPUNIT_TEST(finds_the_one_that_is_there);
  CPPUNIT_TEST(asks_which_of_two_when_neither_runs);
  CPPUNIT_TEST(takes_the_one_of_two_that_runs);
  CPPUNIT_TEST(takes_no_stranger_for_sendmail);
  CPPUNIT_TEST(quotes_why_the_configuration_does_not_read);
  CPPUNIT_TEST(lets_systemd_reload_the_instance_that_it_runs);
  CPPUNIT_TEST(reloads_nothing_that_does_not_run);
  CPPUNIT_TEST_SUITE_END();

  static std::string program(const tests::TempDir& dir, const std::string& name, const std::string& script) {
    std::string path = dir.write(name, "#!/bin/sh\n" + script);
    CPPUNIT_ASSERT(::chmod(path.c_str(), 0755) == 0);
    return path;
  }

  /// A Postfix that notes what it is told; it runs while DIR/running exists.
  static void make_postfix(const tests::TempDir& dir) {
    const std::string notes = ">>" + dir.at("notes");
    program(dir, "bin/postconf",
            "case \"$*\" in '-d -h config_directory') echo " + dir.at("etc") +
                "; exit;; esac\n"
                "test -e " +
                dir.at("broken") +
                " && { echo 'postconf: fatal: main.cf, line 7: bad' >&2; exit 1; }\necho 'x = y'\n");
    program(
        dir, "bin/postfix",
        "echo \"postfix $*\" " + notes + "\ncase $3 in status) test -e " + dir.at("running") + ";; esac\n");
    program(dir, "bin/systemctl",
            "echo \"systemctl $*\" " + notes +
                "\ncase \"$*\" in *is-active*postfix@-*) exit 0;; *is-active*) exit 3;; esac\n");
    dir.write("etc/main.cf", "");
  }

  static void make_sendmail(const tests::TempDir& dir, const char* version = "Version 8.17.1.9") {
    program(dir, "bin/sendmail", std::string("echo '") + version + "'\n");
    dir.write("etc/sendmail.cf", "O PidFile=" + dir.at("pid") + "\nDjmx.test.example\n");
  }

  static Places places_in(const tests::TempDir& dir) {
    Places places;
    places.program_folders = {dir.at("bin")};
    places.sendmail = dir.at("bin/sendmail");
    return places;
  }

  static std::string notes_of(const tests::TempDir& dir) {
    const auto text = base::read_file(dir.at("notes"), 100000);
    return text ? *text : "";
  }

  static smtp::Deadline soon() { return std::chrono::steady_clock::now() + std::chrono::seconds(5); }

 public:
  void knows_files_of_a_folder() {
    const tests::TempDir dir;
    dir.write("tls/2026/key.pem", "x");
    std::filesystem::create_directory_symlink("2026", dir.at("tls/live"));
    std::filesystem::create_directory_symlink("tls", dir.at("link"));
    Listener listener;
    const auto uses = [&](const std::string& file, const std::string& folder) {
      listener.certificate_files = {"/etc/ssl/other.pem", file};
      return listener.uses(folder);
    };
    CPPUNIT_ASSERT(uses(dir.at("tls/live/key.pem"), dir.at("tls")));
    CPPUNIT_ASSERT(uses(dir.at("tls/live/key.pem"), dir.at("tls/")));
    CPPUNIT_ASSERT(uses(dir.at("link/live/key.pem"), dir.at("tls")));
    CPPUNIT_ASSERT(uses(dir.at("tls/live/key.pem"), dir.at("link")));
    CPPUNIT_ASSERT(uses("/etc/tlsward/tls/live/keychain.pem", "/etc/tlsward/tls"));  // nothing of it exists
    CPPUNIT_ASSERT(!uses(dir.at("tls2/key.pem"), dir.at("tls")));
    CPPUNIT_ASSERT(!uses(dir.at("tls/../key.pem"), dir.at("tls")));
    CPPUNIT_ASSERT(!uses(dir.at("tls"), dir.at("tls")));
  }

  void finds_nothing_where_nothing_is() {
    const tests::TempDir dir;
    CPPUNIT_ASSERT(*find_mta(conf::Mta::none, "", places_in(dir)) == nullptr);
    for (const auto wanted : {conf::Mta::automatic, conf::Mta::postfix, conf::Mta::sendmail}) {
      const auto found = find_mta(wanted, dir.at("etc"), places_in(dir));
      CPPUNIT_ASSERT(!found && found.error().code == Errc::missing);
    }
    make_postfix(dir);
    std::filesystem::remove(dir.at("etc/main.cf"));
    CPPUNIT_ASSERT(find_mta(conf::Mta::automatic, dir.at("etc"), places_in(dir)).error().code ==
                   Errc::missing);
  }

  void finds_the_one_that_is_there() {
    const tests::TempDir dir;
    make_sendmail(dir);
    auto found = find_mta(conf::Mta::automatic, dir.at("etc"), places_in(dir));
    CPPUNIT_ASSERT((*found)->kind() == Kind::sendmail);
    CPPUNIT_ASSERT_EQUAL(std::string("8.17.1.9"), *(*found)->version());
    CPPUNIT_ASSERT_EQUAL(std::string("mx.test.example"), *(*found)->hostname());
    const tests::TempDir other;
    make_postfix(other);
    found = find_mta(conf::Mta::automatic, "", places_in(other));
    CPPUNIT_ASSERT((*found)->kind() == Kind::postfix);
    CPPUNIT_ASSERT_EQUAL(other.at("etc"), (*found)->config_dir());
  }

  void asks_which_of_two_when_neither_runs() {
    const tests::TempDir dir;
    make_postfix(dir);
    make_sendmail(dir);
    CPPUNIT_ASSERT(find_mta(conf::Mta::automatic, dir.at("etc"), places_in(dir)).error().code ==
                   Errc::conflict);
    for (const auto& [wanted, kind] :
         {std::pair{conf::Mta::postfix, Kind::postfix}, std::pair{conf::Mta::sendmail, Kind::sendmail}}) {
      const auto found = find_mta(wanted, dir.at("etc"), places_in(dir));
      CPPUNIT_ASSERT((*found)->kind() == kind);
    }
  }

  void takes_the_one_of_two_that_runs() {
    const tests::TempDir dir;
    make_postfix(dir);
    make_sendmail(dir);
    dir.write("running", "");
    CPPUNIT_ASSERT((*find_mta(conf::Mta::automatic, dir.at("etc"), places_in(dir)))->kind() == Kind::postfix);
  }

  void takes_no_stranger_for_sendmail() {
    const tests::TempDir dir;
    make_sendmail(dir, "Exim version 4.96");
    CPPUNIT_ASSERT(find_mta(conf::Mta::sendmail, dir.at("etc"), places_in(dir)).error().code ==
                   Errc::missing);
  }

  void quotes_why_the_configuration_does_not_read() {
    const tests::TempDir dir;
    make_postfix(dir);
    const auto mta = find_mta(conf::Mta::postfix, dir.at("etc"), places_in(dir));
    CPPUNIT_ASSERT((*mta)->check());
    dir.write("broken", "");
    dir.write("running", "");
    const auto status = (*mta)->reload(soon());
    CPPUNIT_ASSERT(!status && status.error().code == Errc::config);
    CPPUNIT_ASSERT(status.error().text.find("main.cf, line 7: bad") != std::string::npos);
    CPPUNIT_ASSERT(notes_of(dir).find("reload") == std::string::npos);
  }

  void lets_systemd_reload_the_instance_that_it_runs() {
    const tests::TempDir dir;
    make_postfix(dir);
    dir.write("running", "");
    Places places = places_in(dir);
    const auto reload_of = [&](const std::string& config_dir) {
      std::filesystem::remove(dir.at("notes"));
      const auto mta = find_mta(conf::Mta::postfix, config_dir, places);
      CPPUNIT_ASSERT((*mta)->reload(soon()));
      return notes_of(dir);
    };
    const std::string by_postfix = "postfix -c " + dir.at("etc") + " reload\n";
    CPPUNIT_ASSERT(reload_of("").find(by_postfix) != std::string::npos);  // a machine without systemd
    places.has_systemd = true;
    const std::string notes = reload_of("");
    CPPUNIT_ASSERT_MESSAGE(
        notes, notes.find("systemctl --no-ask-password reload postfix@-.service\n") != std::string::npos);
    CPPUNIT_ASSERT_MESSAGE(notes, notes.find(by_postfix) == std::string::npos);
    dir.write("other/main.cf", "");  // an instance that systemd does not know by that name
    CPPUNIT_ASSERT(reload_of(dir.at("other")).find("systemctl") == std::string::npos);
  }

  void reloads_nothing_that_does_not_run() {
    const tests::TempDir dir;
    make_postfix(dir);
    make_sendmail(dir);
    for (const auto wanted : {conf::Mta::postfix, conf::Mta::sendmail}) {
      const auto mta = find_mta(wanted, dir.at("etc"), places_in(dir));
      CPPUNIT_ASSERT(!(*mta)->is_running());
      CPPUNIT_ASSERT((*mta)->reload(soon()).error().code == Errc::unavailable);
    }
    dir.write("pid", "1\n/usr/sbin/sendmail -bd\n");  // a pid file must not make us signal init
    const auto mta = find_mta(conf::Mta::sendmail, dir.at("etc"), places_in(dir));
    CPPUNIT_ASSERT((*mta)->reload(soon()).error().code == Errc::unavailable);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(AdaptorTest);

}  // namespace tlsward::mta
