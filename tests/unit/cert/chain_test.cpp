#include "cert/chain.h"

#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <initializer_list>

#include "support/certificates.h"
#include "support/temp_dir.h"

namespace tlsward::cert {
namespace {

Certificate certificate(const std::string& name) {
  return *Certificate::from_der(tests::certificate_file(name + ".der"));
}

std::vector<Certificate> certificates(const std::vector<const char*>& names) {
  std::vector<Certificate> out;
  out.reserve(names.size());
  for (const char* name : names) out.push_back(certificate(name));
  return out;
}

bool is(const std::vector<Certificate>& chain, const std::vector<const char*>& names) {
  return chain == certificates(names);
}

}  // namespace

class ChainTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ChainTest);
  CPPUNIT_TEST(finds_the_way_in_any_order);
  CPPUNIT_TEST(prefers_the_way_to_a_root_in_date);
  CPPUNIT_TEST(says_how_far_it_came);
  CPPUNIT_TEST(takes_an_intermediate_as_root);
  CPPUNIT_TEST(leaves_a_circle);
  CPPUNIT_TEST(loads_roots);
  CPPUNIT_TEST_SUITE_END();

 public:
  void finds_the_way_in_any_order() {
    std::vector<std::string> names{"inter", "leaf_by_sub", "root", "sub", "root2"};
    std::sort(names.begin(), names.end());
    do {
      std::vector<Certificate> pool;
      pool.reserve(names.size());
      for (const std::string& name : names) pool.push_back(certificate(name));
      const Chain chain = build_chain(certificate("leaf_by_sub"), pool, certificates({"root"}), at_);
      CPPUNIT_ASSERT(chain.end == ChainEnd::trusted && chain.is_signed_throughout);
      CPPUNIT_ASSERT(is(chain.intermediates, {"sub", "inter"}));
      CPPUNIT_ASSERT(*chain.anchor == certificate("root"));
    } while (std::next_permutation(names.begin(), names.end()));
  }

  void prefers_the_way_to_a_root_in_date() {
    struct Row {
      std::vector<const char*> pool;
      std::vector<const char*> roots;
      const char* chosen;
    };
    for (const Row& row :
         std::initializer_list<Row>{{{"inter_expired", "inter"}, {"root"}, "inter"},
                                    {{"inter_future", "inter"}, {"root"}, "inter"},
                                    {{"inter_cross", "inter"}, {"root"}, "inter"},
                                    {{"inter_cross", "inter"}, {"root2"}, "inter_cross"},
                                    {{"inter", "inter_cross", "root2"}, {"root"}, "inter"},
                                    // Trust counts more than dates: the date is what to tell.
                                    {{"inter_cross", "root2", "inter_expired"}, {"root"}, "inter_expired"},
                                    {{"inter_again", "inter"}, {"root"}, "inter_again"}}) {
      const Chain chain =
          build_chain(certificate("leaf"), certificates(row.pool), certificates(row.roots), at_);
      CPPUNIT_ASSERT_MESSAGE(row.chosen, chain.end == ChainEnd::trusted);
      CPPUNIT_ASSERT_MESSAGE(row.chosen, is(chain.intermediates, {row.chosen}));
    }
  }

  void says_how_far_it_came() {
    const Chain none = build_chain(certificate("leaf"), {}, certificates({"root"}), at_);
    CPPUNIT_ASSERT(none.end == ChainEnd::issuer_missing && none.intermediates.empty() && !none.anchor);
    const Chain some = build_chain(certificate("leaf_by_sub"), certificates({"sub", "inter"}), {}, at_);
    CPPUNIT_ASSERT(some.end == ChainEnd::issuer_missing && is(some.intermediates, {"sub", "inter"}));
    const Chain home = build_chain(certificate("leaf"), certificates({"root", "inter"}), {}, at_);
    CPPUNIT_ASSERT(home.end == ChainEnd::private_root && *home.anchor == certificate("root"));
    const Chain self = build_chain(certificate("selfsigned"), certificates({"selfsigned"}), {}, at_);
    CPPUNIT_ASSERT(self.end == ChainEnd::self_signed_leaf && self.intermediates.empty());
  }

  void takes_an_intermediate_as_root() {
    const Chain chain = build_chain(certificate("leaf"), {}, certificates({"inter"}), at_);
    CPPUNIT_ASSERT(chain.end == ChainEnd::trusted && is(chain.intermediates, {"inter"}));
    CPPUNIT_ASSERT(*chain.anchor == certificate("inter"));
    // A bundle given as roots: it takes nothing from what has to be served.
    const Chain bundle = build_chain(certificate("leaf_by_sub"), certificates({"sub", "inter"}),
                                     certificates({"sub", "inter", "root"}), at_);
    CPPUNIT_ASSERT(bundle.end == ChainEnd::trusted && is(bundle.intermediates, {"sub", "inter"}));
    CPPUNIT_ASSERT(*bundle.anchor == certificate("root"));
  }

  void leaves_a_circle() {
    // Two roots that signed each other, and neither is trusted.
    const Chain chain =
        build_chain(certificate("leaf"), certificates({"inter", "root_by_root2", "root2_by_root"}), {}, at_);
    CPPUNIT_ASSERT(chain.end == ChainEnd::issuer_missing);
    CPPUNIT_ASSERT(is(chain.intermediates, {"inter", "root_by_root2", "root2_by_root"}));
  }

  void loads_roots() {
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, load_roots(tests::certificate_path("roots.pem"))->size());
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, load_roots(tests::certificate_path("root.der"))->size());
    const tests::TempDir folder;
    CPPUNIT_ASSERT(load_roots(folder.at("none")).error().code == base::Errc::missing);
    CPPUNIT_ASSERT(load_roots(folder.path()).error().code == base::Errc::range);
    CPPUNIT_ASSERT(load_roots(folder.write("empty", "")).error().code == base::Errc::parse);
    CPPUNIT_ASSERT(load_roots(tests::certificate_path("leaf.key")).error().code == base::Errc::parse);
  }

 private:
  std::chrono::sys_seconds at_ = tests::certificate_time;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ChainTest);

}  // namespace tlsward::cert
