"""Real mail servers on loopback with tlswardd attached: what the tests of tests/mta and the quickstart demo share.

Everything a test makes lives in its own Sandbox (one folder, free ports, its own processes) and ends with it.
"""
