#include "milter/folder_watch.h"

#include <cppunit/extensions/HelperMacros.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "support/temp_dir.h"

namespace tlsward::milter {

class FolderWatchTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(FolderWatchTest);
  CPPUNIT_TEST(sees_writes_renames_and_removals);
  CPPUNIT_TEST(waits_for_a_writer_to_close);
  CPPUNIT_TEST(leaves_temporary_names_alone);
  CPPUNIT_TEST(survives_a_folder_that_goes);
  CPPUNIT_TEST(forgets_folders_no_longer_asked_for);
  CPPUNIT_TEST_SUITE_END();

 public:
  void sees_writes_renames_and_removals();
  void waits_for_a_writer_to_close();
  void leaves_temporary_names_alone();
  void survives_a_folder_that_goes();
  void forgets_folders_no_longer_asked_for();

 private:
  FolderWatch watching(const std::vector<std::string>& folders) const {
    auto watch = FolderWatch::make();
    CPPUNIT_ASSERT(bool(watch));
    watch->set(folders, {dir_.at("access")});
    return *std::move(watch);
  }
  tests::TempDir dir_;
};

CPPUNIT_TEST_SUITE_REGISTRATION(FolderWatchTest);

void FolderWatchTest::sees_writes_renames_and_removals() {
  FolderWatch watch = watching({dir_.path()});
  CPPUNIT_ASSERT(watch.drain() == Change::nothing);
  dir_.write("access", "a");
  CPPUNIT_ASSERT(watch.drain() == Change::changed);
  CPPUNIT_ASSERT_MESSAGE("once", watch.drain() == Change::nothing);
  dir_.write("access", "b");
  CPPUNIT_ASSERT(watch.drain() == Change::changed);
  std::filesystem::rename(dir_.at("access"), dir_.at("other"));
  CPPUNIT_ASSERT(watch.drain() == Change::changed);
  std::filesystem::create_symlink("other", dir_.at("access"));
  CPPUNIT_ASSERT(watch.drain() == Change::changed);
  std::filesystem::remove(dir_.at("access"));
  CPPUNIT_ASSERT(watch.drain() == Change::changed);
}

void FolderWatchTest::waits_for_a_writer_to_close() {
  FolderWatch watch = watching({dir_.path()});
  std::ofstream out(dir_.at("access"));
  CPPUNIT_ASSERT_MESSAGE("made and empty", watch.drain() == Change::busy);
  out << "half a list" << std::flush;
  CPPUNIT_ASSERT_MESSAGE("being written", watch.drain() == Change::busy);
  out.close();
  CPPUNIT_ASSERT_MESSAGE("closed", watch.drain() == Change::changed);
  dir_.write("neighbour.log", "x");
  static_cast<void>(watch.drain());
  std::ofstream log(dir_.at("neighbour.log"), std::ios::app);
  log << "line" << std::flush;
  CPPUNIT_ASSERT_MESSAGE("a log beside it that is written to", watch.drain() == Change::nothing);
}

void FolderWatchTest::leaves_temporary_names_alone() {
  FolderWatch watch = watching({dir_.path()});
  for (const char* name : {".access.swp", "access~", "#access#", "x.swp", "access.dpkg-new"}) {
    dir_.write(name, "x");
    CPPUNIT_ASSERT_MESSAGE(name, watch.drain() == Change::nothing);
  }
  watch.set({dir_.path()}, {dir_.at(".access.swp")});
  dir_.write(".access.swp", "x");
  CPPUNIT_ASSERT_MESSAGE("but for a file of the list", watch.drain() == Change::changed);
}

void FolderWatchTest::survives_a_folder_that_goes() {
  std::filesystem::create_directory(dir_.at("lists"));
  FolderWatch watch = watching({dir_.at("lists")});
  std::filesystem::rename(dir_.at("lists"), dir_.at("away"));
  CPPUNIT_ASSERT(watch.drain() == Change::changed);
  CPPUNIT_ASSERT(watch.has_missing());
  CPPUNIT_ASSERT(!watch.retry_missing());
  std::filesystem::create_directory(dir_.at("lists"));
  CPPUNIT_ASSERT(watch.retry_missing());
  CPPUNIT_ASSERT(!watch.has_missing());
  dir_.write("lists/access", "x");
  CPPUNIT_ASSERT(watch.drain() == Change::changed);
  std::filesystem::remove_all(dir_.at("lists"));
  CPPUNIT_ASSERT(watch.drain() == Change::changed);
  CPPUNIT_ASSERT(watch.has_missing());
}

void FolderWatchTest::forgets_folders_no_longer_asked_for() {
  std::filesystem::create_directory(dir_.at("a"));
  std::filesystem::create_directory(dir_.at("b"));
  FolderWatch watch = watching({dir_.at("a")});
  watch.set({dir_.at("b"), dir_.at("missing")}, {});
  CPPUNIT_ASSERT(watch.has_missing());
  dir_.write("a/x", "x");
  CPPUNIT_ASSERT(watch.drain() == Change::nothing);
  dir_.write("b/x", "x");
  CPPUNIT_ASSERT(watch.drain() == Change::changed);
}

}  // namespace tlsward::milter
