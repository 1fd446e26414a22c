#include "base/files.h"

#include <cppunit/extensions/HelperMacros.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "support/temp_dir.h"

namespace tlsward::base {

class FilesTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(FilesTest);
  CPPUNIT_TEST(reads_a_file_whole);
  CPPUNIT_TEST(refuses_what_is_no_regular_file);
  CPPUNIT_TEST(refuses_more_than_was_asked_for);
  CPPUNIT_TEST(writes_whole_with_the_mode_asked_for);
  CPPUNIT_TEST(leaves_the_old_file_when_it_cannot_write);
  CPPUNIT_TEST(lists_what_a_pattern_names);
  CPPUNIT_TEST(joins_paths);
  CPPUNIT_TEST_SUITE_END();

 public:
  void reads_a_file_whole() {
    const tests::TempDir dir;
    const std::string big(300000, 'x');
    CPPUNIT_ASSERT(*read_file(dir.write("big", big), 1U << 20U) == big);
    CPPUNIT_ASSERT(read_file(dir.write("empty", ""), 10)->empty());
  }

  void refuses_what_is_no_regular_file() {
    const tests::TempDir dir;
    CPPUNIT_ASSERT(read_file(dir.at("nothing"), 10).error().code == Errc::missing);
    CPPUNIT_ASSERT(read_file(dir.path(), 10).error().code == Errc::range);
    CPPUNIT_ASSERT(::mkfifo(dir.at("fifo").c_str(), 0600) == 0);
    CPPUNIT_ASSERT(read_file(dir.at("fifo"), 10).error().code == Errc::range);  // and does not hang
    CPPUNIT_ASSERT(read_file("/dev/zero", 10).error().code == Errc::range);
  }

  void refuses_more_than_was_asked_for() {
    const tests::TempDir dir;
    const std::string path = dir.write("ten", "0123456789");
    CPPUNIT_ASSERT(*read_file(path, 10) == "0123456789");
    CPPUNIT_ASSERT(read_file(path, 9).error().code == Errc::range);
  }

  void writes_whole_with_the_mode_asked_for() {
    const tests::TempDir dir;
    const std::string path = dir.write("file", "old");
    CPPUNIT_ASSERT(write_file_atomically(path, "new", 0600));
    CPPUNIT_ASSERT(*read_file(path, 10) == "new");
    struct stat st {};
    CPPUNIT_ASSERT(::stat(path.c_str(), &st) == 0);
    CPPUNIT_ASSERT_EQUAL(0600U, st.st_mode & 07777U);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, files_matching(dir.at("*"))->size());
  }

  void leaves_the_old_file_when_it_cannot_write() {
    const tests::TempDir dir;
    dir.write("folder/file", "old");
    CPPUNIT_ASSERT(
        !write_file_atomically(dir.at("folder"), "new", 0600));  // a folder cannot be replaced by a file
    CPPUNIT_ASSERT(*read_file(dir.at("folder/file"), 10) == "old");
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, files_matching(dir.at("*"))->size());
    CPPUNIT_ASSERT(write_file_atomically(dir.at("none/file"), "new", 0600).error().code == Errc::missing);
  }

  void lists_what_a_pattern_names() {
    const tests::TempDir dir;
    for (const char* name : {"b.access", "a.access", "c.other"}) dir.write(name, "x");
    const auto found = files_matching(dir.at("*.access"));
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, found->size());
    CPPUNIT_ASSERT_EQUAL(dir.at("a.access"), found->front());
    CPPUNIT_ASSERT(files_matching(dir.at("*.none"))->empty());
    CPPUNIT_ASSERT(files_matching(dir.at("no/such/*"))->empty());
  }

  void joins_paths() {
    CPPUNIT_ASSERT_EQUAL(std::string("/etc/tlsward/access.d/x"), join_path("/etc/tlsward", "access.d/x"));
    CPPUNIT_ASSERT_EQUAL(std::string("/x"), join_path("/etc", "/x"));
    CPPUNIT_ASSERT_EQUAL(std::string("x"), join_path(".", "x"));
    CPPUNIT_ASSERT_EQUAL(std::string("."), folder_of("access"));
    CPPUNIT_ASSERT_EQUAL(std::string("/"), folder_of("/access"));
    CPPUNIT_ASSERT_EQUAL(std::string("a/b"), folder_of("a/b/c"));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(FilesTest);

}  // namespace tlsward::base
