import { setTimeout as sleep } from 'node:timers/promises';
import { createGenerator } from '../dist/cli/generator/generator.js';

const TICK_MS = 10;
/** Header with the time of sending. */
export const SENT = 'x-bench-sent';

/** Milliseconds of one clock, with fractions: producer and consumer are this process. */
export const now = () => performance.timeOrigin + performance.now();

/** Sends what is due every few milliseconds, without waiting for the answer: a slow one must not lower the rate. */
export async function send({ signal }, producer, { topic, rate, seconds, users }) {
  const start = now();
  const generator = createGenerator({ seed: 2, startSeconds: Math.floor(start / 1000), rate, users });
  const messages = rate * seconds;
  let sent = 0;
  let bad = 0;
  let behind = 0;
  const sends = [];
  while (sent < messages) {
    signal.throwIfAborted();
    const due = Math.min(messages, Math.floor(((now() - start) * rate) / 1000));
    behind = Math.max(behind, now() - start - (sent / rate) * 1000);
    const batch = Array.from({ length: due - sent }, () => generator.next());
    bad += batch.filter(({ kind }) => kind !== 'valid' && kind !== 'redelivered').length;
    const time = String(now());
    const stamped = batch.map(({ key, value, headers }) => ({
      key,
      value,
      headers: { ...headers, [SENT]: time },
    }));
    if (stamped.length > 0) sends.push(producer.send({ topic, messages: stamped }));
    sent = due;
    await sleep(TICK_MS);
  }
  await Promise.all(sends);
  return { start, messages, bad, behind };
}

export async function isStable(admin, groupId) {
  const { groups } = await admin.describeGroups([groupId]);
  return groups[0].state === 'Stable';
}

export async function until({ signal }, service, timeout, holds) {
  const deadline = performance.now() + timeout;
  while (!(await holds())) {
    await service.assertRunning();
    signal.throwIfAborted();
    if (performance.now() > deadline) throw new Error(`${service.name} did not get far enough in time`);
    await sleep(100);
  }
}
