/** The service as the demo's child: its standard input is a pipe from the demo, and ends when the demo does, however. */
process.stdin.once('end', () => process.kill(process.pid, 'SIGTERM')).resume();

await import('../../main.js');

export {};
