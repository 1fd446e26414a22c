#include "base/secret.h"

#include <cppunit/extensions/HelperMacros.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "base/files.h"
#include "support/temp_dir.h"

namespace tlsward::base {

class SecretTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(SecretTest);
  CPPUNIT_TEST(holds_bytes);
  CPPUNIT_TEST(wipes_what_it_gives_up);
  CPPUNIT_TEST(reads_files_and_pipes);
  CPPUNIT_TEST(refuses_what_is_too_large);
  CPPUNIT_TEST_SUITE_END();

 public:
  void holds_bytes() {
    Secret secret;
    CPPUNIT_ASSERT(secret.empty() && secret.view().empty() && *secret.c_str() == '\0');
    std::string want;
    for (int i = 0; i < 1000; ++i) {
      secret.append("ab");
      want += "ab";
    }
    CPPUNIT_ASSERT(secret.view() == want);
    CPPUNIT_ASSERT_EQUAL('\0', secret.c_str()[secret.size()]);
    secret.resize(3);
    CPPUNIT_ASSERT(secret.view() == "aba");
    secret.resize(5);
    CPPUNIT_ASSERT(secret.view() == std::string_view("aba\0\0", 5));
    CPPUNIT_ASSERT_EQUAL('\0', secret.c_str()[5]);
    Secret other = std::move(secret);
    CPPUNIT_ASSERT(other.size() == 5);
    secret = Secret::copy_of("new");
    CPPUNIT_ASSERT(secret.view() == "new");
  }

  void wipes_what_it_gives_up() {
    std::string source = "a passphrase that is longer than a small string";
    const char* const where = source.data();
    const std::size_t length = source.size();
    const Secret taken(std::move(source));
    CPPUNIT_ASSERT_EQUAL(length, taken.size());
    // The string keeps its memory, so what was there can be looked at.
    CPPUNIT_ASSERT(std::string_view(where, length) == std::string(length, '\0'));
    Secret secret = Secret::copy_of("0123456789");
    secret.resize(4);
    CPPUNIT_ASSERT(std::string_view(secret.data(), 10) == std::string_view("0123\0\0\0\0\0\0", 10));
  }

  void reads_files_and_pipes() {
    const tests::TempDir folder;
    const std::string content(200'000, 'x');
    const auto file = read_secret_file(folder.write("file", content), 1 << 20);
    CPPUNIT_ASSERT(file && file->view() == content);
    const auto empty = read_secret_file(folder.write("empty", ""), 1 << 20);
    CPPUNIT_ASSERT(empty && empty->empty());
    const std::string pipe = folder.at("pipe");
    CPPUNIT_ASSERT_EQUAL(0, ::mkfifo(pipe.c_str(), 0600));
    std::thread writer([&] {
      const Descriptor out(::open(pipe.c_str(), O_WRONLY));
      for (int i = 0; i < 2; ++i) (void)!::write(out.get(), "abc", 3);
    });
    const auto piped = read_secret_file(pipe, 1 << 20);
    writer.join();
    CPPUNIT_ASSERT(piped && piped->view() == "abcabc");
    CPPUNIT_ASSERT(read_secret_file(folder.at("none"), 10).error().code == Errc::missing);
    CPPUNIT_ASSERT(read_secret_file(folder.path(), 10).error().code == Errc::range);
  }

  void refuses_what_is_too_large() {
    const tests::TempDir folder;
    const std::string ten = folder.write("ten", std::string(10, 'x'));
    CPPUNIT_ASSERT(read_secret_file(ten, 10));
    CPPUNIT_ASSERT(read_secret_file(ten, 9).error().code == Errc::range);
    std::array<int, 2> ends{};
    CPPUNIT_ASSERT_EQUAL(0, ::pipe(ends.data()));
    const Descriptor in(ends[0]);
    Descriptor out(ends[1]);
    CPPUNIT_ASSERT_EQUAL(ssize_t{10}, ::write(out.get(), "0123456789", 10));
    out.reset();
    CPPUNIT_ASSERT(read_secret(in.get(), "a pipe", 9).error().code == Errc::range);
    CPPUNIT_ASSERT(read_secret_file("/dev/zero", 1 << 20).error().code == Errc::range);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SecretTest);

}  // namespace tlsward::base
