// The one main of all unit tests: runs every registered suite, or the class or method that TEST_NAME picks.
// Exit status 0 when all passed, 1 when one failed, 99 when nothing ran (an empty registry would pass by
// itself).
#include <cppunit/BriefTestProgressListener.h>
#include <cppunit/CompilerOutputter.h>
#include <cppunit/TestResult.h>
#include <cppunit/TestResultCollector.h>
#include <cppunit/TestRunner.h>
#include <cppunit/extensions/TestFactoryRegistry.h>

#include <cstdlib>
#include <iostream>
#include <stdexcept>

int main() {
  CppUnit::TestResult controller;
  CppUnit::TestResultCollector collector;
  CppUnit::BriefTestProgressListener progress;
  controller.addListener(&collector);
  controller.addListener(&progress);
  CppUnit::TestRunner runner;
  runner.addTest(CppUnit::TestFactoryRegistry::getRegistry().makeTest());
  const char* const name = std::getenv("TEST_NAME");
  try {
    runner.run(controller, name == nullptr ? "" : name);
  } catch (const std::invalid_argument& e) {
    std::cerr << "no such test: " << e.what() << '\n';
    return 99;
  }
  CppUnit::CompilerOutputter(&collector, std::cerr).write();
  if (collector.runTests() == 0) return 99;
  return collector.wasSuccessful() ? 0 : 1;
}
