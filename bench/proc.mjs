import { readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';

const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
/** Of /proc/<pid>/stat, counted from the field after the command's name, which may itself contain blanks. */
const USER_TIME = 11;
const SYSTEM_TIME = 12;

/** CPU time that a process has used, in microseconds, all its threads together. Reading it costs that process nothing. */
export function cpuOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const micros = (index) => (Number(fields[index]) / TICKS_PER_SECOND) * 1e6;
  return { user: micros(USER_TIME), system: micros(SYSTEM_TIME) };
}

/** The most memory that a process has had in RAM, in MiB. */
export function peakRssOf(pid) {
  return memoryOf(pid, 'VmHWM');
}

/** The memory that a process has in RAM now, in MiB. */
export function rssOf(pid) {
  return memoryOf(pid, 'VmRSS');
}

function memoryOf(pid, field) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)[1]) / 1024;
}
