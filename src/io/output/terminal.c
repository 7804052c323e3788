/* SPDX-License-Identifier: BSD-2-Clause */
/* A screen of our own on the terminal. What gives it back is called from
 * handlers of signals, so all that it needs is made before. */
#include "terminal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

/* The alternate screen, cleared, no cursor, lines that are not wrapped. */
#define TAKE  "\033[?1049h\033[?25l\033[?7l\033[2J"
#define LEAVE "\033[?2026l\033[0m\033[?7h\033[?25h\033[?1049l"

static struct {
	volatile sig_atomic_t taken;
	volatile sig_atomic_t stopped; /* and what it showed may be gone */
	int in, out;
	struct termios before, ours;
} terminal;

/* They end the program; SIGINT and SIGTERM end the work. SIGBUS comes from a
 * page that was cut short, and has its handler. */
static const int endings[] = {
	SIGHUP,	 SIGQUIT, SIGSEGV, SIGABRT, SIGFPE,    SIGILL,	SIGSYS,
	SIGTRAP, SIGXCPU, SIGUSR1, SIGUSR2, SIGVTALRM, SIGPROF,
};

bool terminal_is_usable(int in, int out)
{
	const char *term = getenv("TERM");

	return isatty(in) && isatty(out) && term && *term &&
	       strcmp(term, "dumb") != 0;
}

bool terminal_is_lent(int in)
{
	pid_t job = tcgetpgrp(in);

	return job < 0 || job == getpgrp();
}

static void write_all(const char *text, size_t length)
{
	while (length) {
		ssize_t put = write(terminal.out, text, length);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return;
		text += put;
		length -= (size_t)put;
	}
}

/* SIGTTOU would stop the program where another job has the terminal by now. */
static void give_back(void)
{
	sigset_t output, before;

	if (!terminal.taken)
		return;
	terminal.taken = 0;
	sigemptyset(&output);
	sigaddset(&output, SIGTTOU);
	sigprocmask(SIG_BLOCK, &output, &before);
	write_all(LEAVE, sizeof(LEAVE) - 1);
	tcsetattr(terminal.in, TCSANOW, &terminal.before);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

/* Returns 0, or -1 where it cannot be had now. */
static int take_terminal(void)
{
	if (!terminal_is_lent(terminal.in) ||
	    tcsetattr(terminal.in, TCSANOW, &terminal.ours) != 0)
		return -1;
	write_all(TAKE, sizeof(TAKE) - 1);
	terminal.taken = 1;
	return 0;
}

/* The handler is reset, so that the signal ends the program now. */
static void give_back_and_end(int number)
{
	give_back();
	raise(number);
}

static void give_back_and_stop(int number)
{
	int errnum = errno;

	(void)number;
	give_back();
	kill(getpid(), SIGSTOP);
	errno = errnum;
}

/* In the foreground or not: the next frame finds that out. */
static void note_going_on(int number)
{
	(void)number;
	terminal.stopped = 1;
}

/* Its coming ends a wait. */
static void note_size(int number)
{
	(void)number;
}

static void catch_signals(void)
{
	struct sigaction end = { .sa_handler = give_back_and_end,
				 .sa_flags = (int)SA_RESETHAND | SA_NODEFER };
	struct sigaction stop = { .sa_handler = give_back_and_stop };
	struct sigaction on = { .sa_handler = note_going_on };
	struct sigaction size = { .sa_handler = note_size };

	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++)
		sigaction(endings[i], &end, NULL);
	sigaction(SIGTSTP, &stop, NULL);
	sigaction(SIGCONT, &on, NULL);
	sigaction(SIGWINCH, &size, NULL);
}

int terminal_open(int in, int out)
{
	if (tcgetattr(in, &terminal.before) != 0)
		return -1;
	terminal.in = in;
	terminal.out = out;
	terminal.ours = terminal.before;
	/* Signals of the keyboard stay. */
	terminal.ours.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	terminal.ours.c_cc[VMIN] = 0;
	terminal.ours.c_cc[VTIME] = 0;
	catch_signals();
	atexit(give_back);
	/* Else with a frame, once it is. */
	return terminal_is_lent(in) ? take_terminal() : 0;
}

void terminal_close(void)
{
	give_back();
}

void terminal_size(unsigned int *columns, unsigned int *rows)
{
	struct winsize size = { 0 };
	bool known = ioctl(terminal.out, TIOCGWINSZ, &size) == 0 &&
		     size.ws_col && size.ws_row;

	*columns = known ? size.ws_col : 80;
	*rows = known ? size.ws_row : 24;
}

int terminal_key(void)
{
	struct pollfd waiting = { .fd = terminal.in, .events = POLLIN };
	unsigned char key;

	if (!terminal.taken || !terminal_is_lent(terminal.in) ||
	    poll(&waiting, 1, 0) != 1 || !(waiting.revents & POLLIN) ||
	    read(terminal.in, &key, 1) != 1)
		return -1;
	return key;
}

int terminal_write(const char *frame, size_t length)
{
	struct pollfd gone = { .fd = terminal.out, .events = POLLOUT };

	if (poll(&gone, 1, 0) > 0 && gone.revents & (POLLHUP | POLLERR))
		return -1;
	if (!terminal_is_lent(terminal.in))
		return 0;
	if ((terminal.stopped || !terminal.taken) && take_terminal() != 0)
		return 0;
	terminal.stopped = 0;
	write_all(frame, length);
	return 0;
}
