#include "cert/folder.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/digest.h"
#include "sample.h"

namespace tlsward::cert {
namespace {

using base::Errc;

Folder opened(const tests::TempDir& dir) {
  return must(Folder::open(dir.path()));
}

// The umask for one test.
class Umask {
 public:
  explicit Umask(mode_t mask) : before_(::umask(mask)) {}
  ~Umask() { ::umask(before_); }
  Umask(const Umask&) = delete;
  Umask& operator=(const Umask&) = delete;

 private:
  mode_t before_;
};

}  // namespace

class FolderTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(FolderTest);
  CPPUNIT_TEST(modes_are_right_under_any_umask);
  CPPUNIT_TEST(writes_parts_and_tells_their_digest);
  CPPUNIT_TEST(never_writes_over_or_through_anything);
  CPPUNIT_TEST(reads_regular_files_of_bounded_size_only);
  CPPUNIT_TEST(a_link_is_no_folder_and_not_missing);
  CPPUNIT_TEST(removes_trees_without_following_links);
  CPPUNIT_TEST(leaves_alone_what_is_too_deep);
  CPPUNIT_TEST(counts_its_names);
  CPPUNIT_TEST_SUITE_END();

 public:
  void modes_are_right_under_any_umask() {
    for (const mode_t mask : {0000U, 0022U, 0077U, 0777U}) {
      const tests::TempDir dir;
      const Folder folder = opened(dir);
      const Umask masked(mask);
      must(folder.write_file("key", {"secret"}, 0600));
      must(folder.write_file("open", {"text"}, 0644));
      // Under 0777 nobody but root could open the folder it has just made.
      if (::geteuid() == 0 || mask != 0777U) must(folder.make_folder("inner"));
      CPPUNIT_ASSERT_EQUAL(mode_t{0600}, mode_of(dir.at("key")));
      CPPUNIT_ASSERT_EQUAL(mode_t{0644}, mode_of(dir.at("open")));
      if (::geteuid() == 0 || mask != 0777U) CPPUNIT_ASSERT_EQUAL(mode_t{0700}, mode_of(dir.at("inner")));
    }
  }

  void writes_parts_and_tells_their_digest() {
    const tests::TempDir dir;
    const Folder folder = opened(dir);
    const std::string large(300000, 'x');
    const FileDigest written = must(folder.write_file("file", {"one", "", large, "two"}, 0600));
    CPPUNIT_ASSERT_EQUAL("one" + large + "two", read_text(dir.at("file")));
    base::Sha256 hash;
    hash.add("one" + large + "two");
    CPPUNIT_ASSERT_EQUAL(hash.finish(), written.sha256);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{300006}, written.bytes);
    CPPUNIT_ASSERT(written == must(folder.digest_file("file", 1U << 20U)));
    CPPUNIT_ASSERT_EQUAL("one" + large + "two", must(folder.read_file("file", 1U << 20U)));
    CPPUNIT_ASSERT(must(folder.read_secret("file", 1U << 20U)).view() == "one" + large + "two");
  }

  void never_writes_over_or_through_anything() {
    const tests::TempDir dir;
    dir.write("precious", "content");
    std::filesystem::create_symlink("precious", dir.at("link"));
    std::filesystem::create_symlink("nowhere", dir.at("dangling"));
    const Folder folder = opened(dir);
    for (const char* const name : {"precious", "link", "dangling"}) {
      const auto got = folder.write_file(name, {"other"}, 0600);
      CPPUNIT_ASSERT_MESSAGE(name, !got && got.error().code == Errc::conflict);
    }
    CPPUNIT_ASSERT_EQUAL(std::string("content"), read_text(dir.at("precious")));
    CPPUNIT_ASSERT(!std::filesystem::exists(dir.at("nowhere")));
    CPPUNIT_ASSERT(folder.make_folder("link").error().code == Errc::conflict);
  }

  void reads_regular_files_of_bounded_size_only() {
    const tests::TempDir dir;
    dir.write("file", "12345");
    std::filesystem::create_symlink("file", dir.at("link"));
    std::filesystem::create_directory(dir.at("folder"));
    CPPUNIT_ASSERT_EQUAL(0, ::mkfifo(dir.at("fifo").c_str(), 0600));
    const Folder folder = opened(dir);
    CPPUNIT_ASSERT_EQUAL(std::string("12345"), must(folder.read_file("file", 5)));
    struct Row {
      const char* name;
      Errc want;
    };
    for (const auto& [name, want] :
         {Row{"file", Errc::range}, Row{"link", Errc::config}, Row{"folder", Errc::config},
          Row{"fifo", Errc::config}, Row{"nothing", Errc::missing}}) {
      CPPUNIT_ASSERT_MESSAGE(name, folder.read_file(name, 4).error().code == want);
      CPPUNIT_ASSERT_MESSAGE(name, folder.read_secret(name, 4).error().code == want);
      CPPUNIT_ASSERT_MESSAGE(name, folder.digest_file(name, 4).error().code == want);
    }
  }

  void a_link_is_no_folder_and_not_missing() {
    const tests::TempDir dir;
    std::filesystem::create_directory(dir.at("real"));
    std::filesystem::create_symlink("real", dir.at("link"));
    std::filesystem::create_symlink("nowhere", dir.at("dangling"));
    dir.write("file", "");
    const Folder folder = opened(dir);
    for (const char* const name : {"link", "dangling", "file"}) {
      CPPUNIT_ASSERT_MESSAGE(name, folder.open_folder(name).error().code == Errc::config);
      CPPUNIT_ASSERT_MESSAGE(name, folder.open_or_make_folder(name).error().code == Errc::config);
    }
    CPPUNIT_ASSERT(folder.open_folder("nothing").error().code == Errc::missing);
    CPPUNIT_ASSERT(Folder::open(dir.at("link")).operator bool());
    CPPUNIT_ASSERT(Folder::open(dir.at("file")).error().code == Errc::config);
    CPPUNIT_ASSERT(folder.read_link("file").error().code == Errc::config);
    CPPUNIT_ASSERT_EQUAL(std::string("real"), must(folder.read_link("link")));
  }

  void removes_trees_without_following_links() {
    const tests::TempDir dir;
    dir.write("precious/file", "content");
    dir.write("doomed/inner/file", "x");
    std::filesystem::create_symlink("../precious", dir.at("doomed/link"));
    std::filesystem::create_symlink("precious", dir.at("link"));
    const Folder folder = opened(dir);
    must(folder.remove_tree("doomed"));
    must(folder.remove_tree("link"));
    must(folder.remove_tree("nothing"));
    CPPUNIT_ASSERT_EQUAL(std::string("precious"), names_in(dir.path()));
    CPPUNIT_ASSERT_EQUAL(std::string("content"), read_text(dir.at("precious/file")));
  }

  void leaves_alone_what_is_too_deep() {
    const tests::TempDir dir;
    dir.write("a/b/c/d/file", "x");
    const Folder folder = opened(dir);
    const auto got = folder.remove_tree("a");
    CPPUNIT_ASSERT(!got && got.error().code == Errc::config);
    CPPUNIT_ASSERT_EQUAL(std::string("x"), read_text(dir.at("a/b/c/d/file")));
  }

  void counts_its_names() {
    const tests::TempDir dir;
    for (const char* const name : {"b", "a", ".c"}) dir.write(name, "");
    const Folder folder = opened(dir);
    CPPUNIT_ASSERT(must(folder.names()) == std::vector<std::string>({".c", "a", "b"}));
    CPPUNIT_ASSERT(must(folder.names(3)).size() == 3);
    CPPUNIT_ASSERT(folder.names(2).error().code == Errc::range);
    CPPUNIT_ASSERT(must(folder.names()).size() == 3);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(FolderTest);

}  // namespace tlsward::cert
