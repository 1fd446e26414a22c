#include <filesystem>

#include "cert/store.h"
#include "cert/store_layout.h"
#include "sample.h"

namespace tlsward::cert {
namespace {

using base::Errc;

// "LP." per deployment: L live, P previous, . neither, x not whole.
std::vector<Deployment> shaped(const std::string& shape) {
  std::vector<Deployment> out;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    Deployment each;
    each.number = static_cast<int>(i) + 1;
    each.is_live = shape[i] == 'L';
    each.is_previous = shape[i] == 'P';
    each.is_complete = shape[i] != 'x';
    out.push_back(each);
  }
  return out;
}

}  // namespace

class StoreLinksTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(StoreLinksTest);
  CPPUNIT_TEST(rollback_goes_to_what_was_live_before);
  CPPUNIT_TEST(prune_keeps_what_matters);
  CPPUNIT_TEST(live_and_previous_follow_each_other);
  CPPUNIT_TEST(a_switch_is_put_back_exactly);
  CPPUNIT_TEST(live_and_previous_are_not_removed);
  CPPUNIT_TEST(prune_removes_the_rest);
  CPPUNIT_TEST_SUITE_END();

 public:
  void rollback_goes_to_what_was_live_before() {
    struct Row {
      const char* shape;
      int want;  // 0: nowhere
    };
    for (const auto& [shape, want] :
         {Row{"", 0}, Row{"...", 3}, Row{"L", 0}, Row{"PL", 1}, Row{"P.L", 1}, Row{".PL", 2}, Row{"LP", 2},
          Row{"..L", 2}, Row{".xL", 1}, Row{"xxL", 0}, Row{"L..", 0}, Row{"..L.", 2}, Row{"P..L", 1}}) {
      CPPUNIT_ASSERT_EQUAL_MESSAGE(shape, want, rollback_target(shaped(shape)).value_or(0));
    }
    auto broken = shaped(".PL");
    broken[1].is_complete = false;
    CPPUNIT_ASSERT_EQUAL(1, rollback_target(broken).value_or(0));
    // A run killed while it switched leaves both links on the live one.
    auto half = shaped("..L");
    half[2].is_previous = true;
    CPPUNIT_ASSERT_EQUAL(2, rollback_target(half).value_or(0));
  }

  void prune_keeps_what_matters() {
    struct Row {
      const char* shape;
      std::size_t keep;
      std::vector<int> want;
    };
    const std::vector<Row> rows = {
        {"", 0, {}},
        {"L", 0, {}},
        {"..PL", 1, {1, 2}},
        {"..PL", 2, {1, 2}},
        {"..PL", 3, {1}},
        {"..PL", 4, {}},
        {"..PL", 99, {}},
        {"L.P..", 1, {2, 4}},
        {"L.P..", 0, {2, 4, 5}},
        {"....", 1, {1, 2, 3}},
        {"x.PL", 2, {1, 2}},
    };
    for (const Row& row : rows)
      CPPUNIT_ASSERT_MESSAGE(row.shape, prunable(shaped(row.shape), row.keep) == row.want);
  }

  void live_and_previous_follow_each_other() {
    const TestStore test;
    test.install("a");
    CPPUNIT_ASSERT((must(test.store.links()) == Links{1, {}}));
    test.install("b");
    CPPUNIT_ASSERT((must(test.store.links()) == Links{2, 1}));
    test.install("c");
    CPPUNIT_ASSERT((must(test.store.links()) == Links{3, 2}));
    const StoreLock lock = test.lock();
    must(test.store.make_live(lock, 3));  // is live already: no change
    CPPUNIT_ASSERT((must(test.store.links()) == Links{3, 2}));
    must(test.store.make_live(lock, *rollback_target(must(test.store.list()))));
    CPPUNIT_ASSERT((must(test.store.links()) == Links{2, 3}));
    must(test.store.make_live(lock, *rollback_target(must(test.store.list()))));
    CPPUNIT_ASSERT((must(test.store.links()) == Links{3, 2}));
    must(test.store.make_live(lock, 1));
    CPPUNIT_ASSERT((must(test.store.links()) == Links{1, 3}));
    CPPUNIT_ASSERT_EQUAL(std::string("deployments/0001"),
                         std::filesystem::read_symlink(test.path("live")).string());
  }

  void a_switch_is_put_back_exactly() {
    const TestStore test;
    const StoreLock lock = test.lock();
    const Sample sample({"rsa"}, "x");
    for (const Links& before : {Links{{}, {}}, Links{1, {}}, Links{2, 1}, Links{1, 2}}) {
      const int number = must(test.store.add(lock, sample.deployment()));
      must(test.store.put_back(lock, before));
      CPPUNIT_ASSERT(must(test.store.links()) == before);
      const Links was = must(test.store.make_live(lock, number));
      CPPUNIT_ASSERT(was == before);
      CPPUNIT_ASSERT_EQUAL(number, must(test.store.links()).live.value_or(0));
      must(test.store.put_back(lock, was));
      CPPUNIT_ASSERT(must(test.store.links()) == before);
      CPPUNIT_ASSERT_EQUAL(before.live.has_value(), std::filesystem::is_symlink(test.path("live")));
    }
  }

  void live_and_previous_are_not_removed() {
    const TestStore test;
    for (const char* const mark : {"a", "b", "c"}) test.install(mark);
    const StoreLock lock = test.lock();
    CPPUNIT_ASSERT_EQUAL(std::string("deployment 3 is live"), test.store.remove(lock, 3).error().text);
    CPPUNIT_ASSERT_EQUAL(std::string("deployment 2 is what a rollback goes back to"),
                         test.store.remove(lock, 2).error().text);
    CPPUNIT_ASSERT(test.store.remove(lock, 7).error().code == Errc::missing);
    must(test.store.remove(lock, 1));
    CPPUNIT_ASSERT_EQUAL(std::string("0002 0003"), names_in(test.path("deployments")));
  }

  void prune_removes_the_rest() {
    const TestStore test;
    for (const char* const mark : {"a", "b", "c", "d", "e"}) test.install(mark);
    const StoreLock lock = test.lock();
    must(test.store.make_live(lock, 1));
    CPPUNIT_ASSERT(must(test.store.prune(lock, 2)) == std::vector<int>({2, 3}));
    CPPUNIT_ASSERT_EQUAL(std::string("0001 0004 0005"), names_in(test.path("deployments")));
    CPPUNIT_ASSERT(must(test.store.prune(lock, 0)) == std::vector<int>({4}));
    CPPUNIT_ASSERT((must(test.store.links()) == Links{1, 5}));
    CPPUNIT_ASSERT(must(test.store.deployment(1)).is_complete && must(test.store.deployment(5)).is_complete);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(StoreLinksTest);

}  // namespace tlsward::cert
