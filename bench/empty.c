/* SPDX-License-Identifier: BSD-2-Clause */
/* A process that starts and ends. */
int main(void)
{
	return 0;
}
