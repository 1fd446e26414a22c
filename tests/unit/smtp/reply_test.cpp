#include "smtp/reply.h"

#include <cppunit/extensions/HelperMacros.h>

#include <string>

namespace tlsward::smtp {

class ReplyTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ReplyTest);
  CPPUNIT_TEST(reads_one_line_and_many);
  CPPUNIT_TEST(reads_the_same_however_it_is_cut);
  CPPUNIT_TEST(counts_what_comes_behind_a_reply);
  CPPUNIT_TEST(refuses_what_is_no_reply);
  CPPUNIT_TEST(holds_its_bounds_exactly);
  CPPUNIT_TEST(knows_what_is_offered);
  CPPUNIT_TEST(shows_nothing_that_harms_a_terminal);
  CPPUNIT_TEST_SUITE_END();

  using State = ReplyReader::State;

 public:
  void reads_one_line_and_many() {
    ReplyReader one;
    CPPUNIT_ASSERT(one.take("220 mx.test.example ESMTP\r\n") == State::complete);
    CPPUNIT_ASSERT_EQUAL(220, one.reply().code);
    CPPUNIT_ASSERT_EQUAL(std::string("mx.test.example ESMTP"), one.reply().lines.at(0));
    ReplyReader many;
    CPPUNIT_ASSERT(many.take("250-mx\r\n250-\r\n250\r\n") == State::complete);
    CPPUNIT_ASSERT_EQUAL(std::size_t{3}, many.reply().lines.size());
    CPPUNIT_ASSERT_EQUAL(std::string("250 mx"), many.reply().shown());
    ReplyReader bare;  // a line end without CR is read as well, as mail servers read it
    CPPUNIT_ASSERT(bare.take("250 fine\n") == State::complete);
    CPPUNIT_ASSERT_EQUAL(std::string("250 fine"), bare.reply().shown());
  }

  void reads_the_same_however_it_is_cut() {
    const std::string text = "250-mx.test.example\r\n250-STARTTLS\r\n250 SIZE\r\n";
    for (std::size_t size = 1; size <= text.size(); ++size) {
      ReplyReader reader;
      State state = State::incomplete;
      for (std::size_t at = 0; at < text.size(); at += size) {
        CPPUNIT_ASSERT(state == State::incomplete);
        state = reader.take(std::string_view(text).substr(at, size));
      }
      CPPUNIT_ASSERT(state == State::complete);
      CPPUNIT_ASSERT_EQUAL(std::string("250 mx.test.example STARTTLS SIZE"), reader.reply().shown());
      CPPUNIT_ASSERT_EQUAL(std::size_t{0}, reader.left_over());
    }
  }

  void counts_what_comes_behind_a_reply() {
    ReplyReader reader;
    CPPUNIT_ASSERT(reader.take("220 go\r\n250 sneaked\r\n") == State::complete);
    CPPUNIT_ASSERT_EQUAL(std::size_t{13}, reader.left_over());
    CPPUNIT_ASSERT(reader.take("xyz") == State::complete);
    CPPUNIT_ASSERT_EQUAL(std::size_t{16}, reader.left_over());
    CPPUNIT_ASSERT_EQUAL(std::string("220 go"), reader.reply().shown());
  }

  void refuses_what_is_no_reply() {
    for (const char* const text :
         {"HTTP/1.1 400 Bad Request\r\n", "22 x\r\n", "2200 x\r\n", "220x\r\n", "\r\n", "199 x\r\n",
          "600 x\r\n", "250-x\r\n550 y\r\n", " 220 x\r\n", "\x16\x03\x01 220\n"}) {
      ReplyReader reader;
      CPPUNIT_ASSERT_MESSAGE(text, reader.take(text) == State::broken);
      CPPUNIT_ASSERT_MESSAGE(text, !reader.problem().empty());
      CPPUNIT_ASSERT_MESSAGE(text, reader.take("220 x\r\n") == State::broken);
    }
  }

  void holds_its_bounds_exactly() {
    const std::string longest = "250 " + std::string(ReplyReader::max_line - 6, 'x') + "\r\n";
    CPPUNIT_ASSERT(ReplyReader().take(longest) == State::complete);
    CPPUNIT_ASSERT(ReplyReader().take("250 x" + longest.substr(4)) == State::broken);
    ReplyReader endless;
    CPPUNIT_ASSERT(endless.take(std::string(ReplyReader::max_line, '2')) == State::incomplete);
    CPPUNIT_ASSERT(endless.take("2") == State::broken);
    ReplyReader lines;
    for (std::size_t i = 1; i < ReplyReader::max_lines; ++i)
      CPPUNIT_ASSERT(lines.take("250-x\r\n") == State::incomplete);
    ReplyReader more = lines;
    CPPUNIT_ASSERT(lines.take("250 x\r\n") == State::complete);
    CPPUNIT_ASSERT(more.take("250-x\r\n") == State::incomplete);
    CPPUNIT_ASSERT(more.take("250 x\r\n") == State::broken);
  }

  void knows_what_is_offered() {
    const auto offers = [](const char* text) {
      ReplyReader reader;
      reader.take(text);
      return reader.reply().offers("STARTTLS");
    };
    CPPUNIT_ASSERT(offers("250-mx\r\n250-SIZE 1\r\n250 STARTTLS\r\n"));
    CPPUNIT_ASSERT(offers("250-mx\r\n250-starttls\r\n250 SIZE\r\n"));
    CPPUNIT_ASSERT(offers("250-mx\r\n250 STARTTLS REQUIRED\r\n"));
    CPPUNIT_ASSERT(!offers("250 STARTTLS\r\n"));  // the greeting's name
    CPPUNIT_ASSERT(!offers("250-mx\r\n250-XSTARTTLS\r\n250 STARTTLSX\r\n"));
    CPPUNIT_ASSERT(!Reply{}.offers("STARTTLS"));
  }

  void shows_nothing_that_harms_a_terminal() {
    ReplyReader reader;
    CPPUNIT_ASSERT(reader.take("554 \x1b[2J no\r\n") == State::complete);
    CPPUNIT_ASSERT_EQUAL(std::string("554 \\x1B[2J no"), reader.reply().shown());
    ReplyReader big;
    for (int i = 0; i < 100; ++i) big.take("554-" + std::string(1000, 'x') + "\r\n");
    CPPUNIT_ASSERT(big.reply().shown().size() < 500);
    ReplyReader bad;
    bad.take("\x1b[31m\r\n");
    CPPUNIT_ASSERT(bad.problem().find('\x1b') == std::string::npos);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(ReplyTest);

}  // namespace tlsward::smtp
