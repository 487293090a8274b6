/* large: the text of a lesson with as many connections as a test wants, one after the other over one link
 * that loses and doubles packets. For tests of what has to stay right, or quick, when a trace is long. */
#ifndef TCPLAB_TESTS_SUPPORT_LARGE_H
#define TCPLAB_TESTS_SUPPORT_LARGE_H

/* Both are literals: LARGE_LESSON("60", "40ms"). */
#define LARGE_LESSON(clients, stagger)                                                                       \
    "{\"format\": \"tcplab-lesson\", \"version\": 1, \"title\": \"t\", \"summary\": \"s\","                  \
    " \"hosts\": [{\"name\": \"a\", \"tcp\": {\"msl\": \"100ms\"}}, {\"name\": \"b\"}],"                     \
    " \"links\": [{\"between\": [\"a\", \"b\"], \"delay\": \"10ms\", \"rate\": \"10Mbit/s\","                \
    "   \"loss\": \"2%\", \"duplicate\": \"2%\"}],"                                                          \
    " \"apps\": [{\"host\": \"b\", \"script\": [{\"do\": \"listen\", \"port\": 80},"                         \
    "   {\"when\": \"closing\", \"do\": \"close\"}]},"                                                       \
    "  {\"host\": \"a\", \"count\": " clients ", \"stagger\": \"" stagger "\", \"script\": ["                \
    "   {\"do\": \"open\", \"to\": \"b\", \"port\": 80},"                                                    \
    "   {\"when\": \"established\", \"do\": \"send\", \"bytes\": \"60kB\"}, {\"do\": \"close\"}]}]}"

#endif
