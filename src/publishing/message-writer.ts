import { Rejected } from '../pipeline/outcome.js';
import type { Login } from '../pipeline/login.js';
import type { MessageTemplate } from '../profiles/profile.js';
import { identifiedContent, saidIn, sentenceOf, UNKNOWN, usableId } from './identity.js';
import { json } from './json-text.js';
import type { MessageFacts } from './records/message-facts.js';

/** A message, its outcome, and where that went. One object serves a whole batch. */
export interface Message {
  /** The login, valid and perhaps filtered; or why it is none. */
  outcome: Login | Rejected;
  /** Value of its record on the output topic; null unless it was processed. */
  processed: string | null;
  /** Null where it is off. */
  topic: string | null;
  /** Wall clock of the batch, in ms. */
  now: number;
  /** Mean of the batch, in ms. */
  processingTime: number;
  /** What may be written of a device id. */
  concealDevice: (deviceId: string) => string;
}

/** Longest text that is repeated as an event's time: nobody's clock says more. */
const LONGEST_TIMESTAMP = 64;

/** Unix seconds as they are accepted. */
const TIMESTAMP = /^[1-9][0-9]{0,11}$/;

/** JSON text of each fact. */
const FACTS: { readonly [Fact in keyof MessageFacts]: (message: Message) => string } = {
  user_id: ({ outcome }) => json(idOf(outcome, 'user_id')),
  user_id_or_unknown: ({ outcome }) => json(idOf(outcome, 'user_id') ?? UNKNOWN),
  device_id: ({ outcome, concealDevice }) => {
    const id = idOf(outcome, 'device_id');
    return id === null ? 'null' : json(concealDevice(id));
  },
  timestamp: ({ outcome }) => json(timestampOf(outcome)),
  error: ({ outcome }) => (outcome instanceof Rejected ? json(sentenceOf(outcome)) : 'null'),
  seconds_since_event: ({ outcome, now }) => secondsSince(outcome, now),
  outcome_topic: ({ topic }) => json(topic),
  written_at: ({ now }) => String(now / 1000),
  processing_time: ({ processingTime }) => String(processingTime),
  processed_record: ({ processed }) => processed ?? 'null',
};

/** The names of all facts. */
export const MESSAGE_FACTS: readonly string[] = Object.keys(FACTS);

const isMessageFact = (name: string): name is keyof MessageFacts => Object.hasOwn(FACTS, name);

/** @throws when a leaf is no fact */
export function compileMessage(template: MessageTemplate): (message: Message) => string {
  if (typeof template === 'string') {
    if (!isMessageFact(template))
      throw new Error(`A record for each message has "${template}", which is no fact of a message`);
    return FACTS[template];
  }
  const [open, close] = Array.isArray(template) ? '[]' : '{}';
  const parts = Object.entries(template as Readonly<Record<string, MessageTemplate>>).map(
    ([name, value], index) => ({
      before: (index > 0 ? ',' : open) + (open === '{' ? `${JSON.stringify(name)}:` : ''),
      write: compileMessage(value),
    }),
  );
  if (parts.length === 0) return () => open + close;
  return (message) => {
    let text = '';
    for (const { before, write } of parts) text += before + write(message);
    return text + close;
  };
}

function idOf(outcome: Login | Rejected, field: 'user_id' | 'device_id'): string | null {
  return outcome instanceof Rejected ? usableId(identifiedContent(outcome), outcome, field) : outcome[field];
}

function timestampOf(outcome: Login | Rejected): number | string | null {
  if (!(outcome instanceof Rejected)) return outcome.timestamp;
  const said = saidIn(identifiedContent(outcome), 'timestamp');
  if (typeof said === 'number') return Number.isFinite(said) ? said : null;
  return typeof said === 'string' && said.length <= LONGEST_TIMESTAMP ? said : null;
}

/** Some messages are rejected before their fields are looked at. */
const isEventTime = (value: number | string | null): boolean =>
  value !== null && TIMESTAMP.test(String(value));

function secondsSince(outcome: Login | Rejected, now: number): string {
  const eventTime = timestampOf(outcome);
  const isKnown = !(outcome instanceof Rejected) || isEventTime(eventTime);
  return isKnown ? String(Math.round(now - Number(eventTime) * 1000) / 1000) : 'null';
}
