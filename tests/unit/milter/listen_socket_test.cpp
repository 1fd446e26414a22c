#include "milter/listen_socket.h"

#include <cppunit/extensions/HelperMacros.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "milter/socket_name.h"
#include "support/temp_dir.h"

namespace tlsward::milter {

class ListenSocketTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ListenSocketTest);
  CPPUNIT_TEST(makes_a_socket_that_is_closed_to_others);
  CPPUNIT_TEST(replaces_a_stale_socket);
  CPPUNIT_TEST(leaves_a_living_one_alone);
  CPPUNIT_TEST(leaves_everything_else_alone);
  CPPUNIT_TEST(unlinks_only_its_own);
  CPPUNIT_TEST(listens_on_addresses);
  CPPUNIT_TEST(takes_no_descriptor_that_does_not_listen);
  CPPUNIT_TEST_SUITE_END();

 public:
  void makes_a_socket_that_is_closed_to_others();
  void replaces_a_stale_socket();
  void leaves_a_living_one_alone();
  void leaves_everything_else_alone();
  void unlinks_only_its_own();
  void listens_on_addresses();
  void takes_no_descriptor_that_does_not_listen();

 private:
  [[nodiscard]] Endpoint at(const char* name) const {
    return {Endpoint::Kind::unix_path, dir_.at(name), "", 0, -1};
  }
  [[nodiscard]] std::size_t files() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(dir_.path()),
                                                  std::filesystem::directory_iterator()));
  }
  tests::TempDir dir_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ListenSocketTest);

namespace {

ino_t inode(const std::string& path) {
  struct stat found {};
  return ::lstat(path.c_str(), &found) == 0 ? found.st_ino : 0;
}

bool answers(const std::string& path) {
  const base::Descriptor caller(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_un address = unix_address(path);
  return ::connect(caller.get(), as_sockaddr(address), sizeof address) == 0;
}

}  // namespace

void ListenSocketTest::makes_a_socket_that_is_closed_to_others() {
  for (const mode_t mask : {mode_t{0}, mode_t{022}, mode_t{0777}}) {
    const mode_t before = ::umask(mask);
    auto socket = ListenSocket::open(at("m.sock"), {});
    ::umask(before);
    CPPUNIT_ASSERT_MESSAGE(socket ? "" : socket.error().message(), bool(socket));
    struct stat found {};
    CPPUNIT_ASSERT_EQUAL(0, ::lstat(dir_.at("m.sock").c_str(), &found));
    CPPUNIT_ASSERT(S_ISSOCK(found.st_mode));
    CPPUNIT_ASSERT_EQUAL(mode_t{0660}, found.st_mode & 07777U);
    CPPUNIT_ASSERT(answers(dir_.at("m.sock")));
    CPPUNIT_ASSERT(socket->unlink_path());
    CPPUNIT_ASSERT_EQUAL_MESSAGE("nothing is left behind", std::size_t{0}, files());
  }
}

void ListenSocketTest::replaces_a_stale_socket() {
  {
    auto dead = ListenSocket::open(at("m.sock"), {});
    CPPUNIT_ASSERT(bool(dead));
    dead->close();
  }
  const ino_t before = inode(dir_.at("m.sock"));
  CPPUNIT_ASSERT(before != 0);
  auto socket = ListenSocket::open(at("m.sock"), {});
  CPPUNIT_ASSERT_MESSAGE(socket ? "" : socket.error().message(), bool(socket));
  CPPUNIT_ASSERT(answers(dir_.at("m.sock")));
  CPPUNIT_ASSERT_EQUAL(std::size_t{1}, files());
}

void ListenSocketTest::leaves_a_living_one_alone() {
  auto first = ListenSocket::open(at("m.sock"), {});
  CPPUNIT_ASSERT(bool(first));
  const ino_t before = inode(dir_.at("m.sock"));
  const auto second = ListenSocket::open(at("m.sock"), {});
  CPPUNIT_ASSERT(!second);
  CPPUNIT_ASSERT(second.error().code == base::Errc::conflict);
  CPPUNIT_ASSERT(second.error().message().find("in use by a living milter") != std::string::npos);
  CPPUNIT_ASSERT_EQUAL(before, inode(dir_.at("m.sock")));
}

void ListenSocketTest::leaves_everything_else_alone() {
  dir_.write("file", "mine");
  std::filesystem::create_directory(dir_.at("folder"));
  std::filesystem::create_symlink(dir_.at("file"), dir_.at("link"));
  std::filesystem::create_symlink(dir_.at("nowhere"), dir_.at("dangling"));
  {
    auto stale = ListenSocket::open(at("stale"), {});
    CPPUNIT_ASSERT(bool(stale));
  }
  std::filesystem::create_symlink(dir_.at("stale"), dir_.at("link-to-stale"));
  for (const char* name : {"file", "folder", "link", "dangling", "link-to-stale"}) {
    const ino_t before = inode(dir_.at(name));
    const auto got = ListenSocket::open(at(name), {});
    CPPUNIT_ASSERT_MESSAGE(name, !got);
    CPPUNIT_ASSERT_MESSAGE(name, got.error().code == base::Errc::conflict);
    CPPUNIT_ASSERT_EQUAL_MESSAGE(name, before, inode(dir_.at(name)));
  }
  CPPUNIT_ASSERT_EQUAL(std::size_t{6}, files());
  const auto missing = ListenSocket::open({Endpoint::Kind::unix_path, dir_.at("no/folder"), "", 0, -1}, {});
  CPPUNIT_ASSERT(!missing && missing.error().code == base::Errc::missing);
}

void ListenSocketTest::unlinks_only_its_own() {
  auto socket = ListenSocket::open(at("m.sock"), {});
  CPPUNIT_ASSERT(bool(socket));
  std::filesystem::rename(dir_.at("m.sock"), dir_.at("moved"));
  auto newer = ListenSocket::open(at("m.sock"), {});
  CPPUNIT_ASSERT(bool(newer));
  CPPUNIT_ASSERT(socket->unlink_path());
  CPPUNIT_ASSERT_MESSAGE("the newer one stays", answers(dir_.at("m.sock")));
  CPPUNIT_ASSERT(newer->unlink_path());
  CPPUNIT_ASSERT_EQUAL(ino_t{0}, inode(dir_.at("m.sock")));
  CPPUNIT_ASSERT_MESSAGE("a second time is nothing", newer->unlink_path());
}

void ListenSocketTest::listens_on_addresses() {
  const auto open = [](const char* text) { return ListenSocket::open(*Endpoint::parse(text), {}); };
  auto socket = open("inet:0@127.0.0.1");
  CPPUNIT_ASSERT_MESSAGE(socket ? "" : socket.error().message(), bool(socket));
  CPPUNIT_ASSERT(socket->endpoint().port != 0);
  const auto name = endpoint_of_socket(socket->descriptor());
  CPPUNIT_ASSERT(name && name->host == "127.0.0.1" && name->port == socket->endpoint().port);
  const auto again = ListenSocket::open(socket->endpoint(), {});
  CPPUNIT_ASSERT(!again && again.error().code == base::Errc::conflict);
  const auto nowhere = open("inet:0@no-such-host.invalid");
  CPPUNIT_ASSERT(!nowhere && nowhere.error().code == base::Errc::missing);
}

void ListenSocketTest::takes_no_descriptor_that_does_not_listen() {
  const base::Descriptor plain(::dup(STDERR_FILENO));
  const auto got = ListenSocket::open({Endpoint::Kind::descriptor, "", "", 0, plain.get()}, {});
  CPPUNIT_ASSERT(!got && got.error().code == base::Errc::missing);
}

}  // namespace tlsward::milter
