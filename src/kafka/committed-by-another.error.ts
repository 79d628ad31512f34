import { KafkaJSProtocolError } from './kafkajs.js';

/**
 * The group has an offset that this process has neither found when it recovered state nor committed: its state lacks what somebody
 * else has counted. kafkajs does not repeat it: the consumer stops, and the process with it. The next start recovers that, too.
 */
export class CommittedByAnother extends KafkaJSProtocolError {
  override readonly name: string = 'CommittedByAnother';

  /** @param known what state goes on at; null when it knows of no committed offset */
  constructor(group: string, partition: string, found: number, known: number | null) {
    const message =
      `Another instance has worked in the group ${group} meanwhile: offset ${found} of ${partition} is committed, and state ` +
      `${known === null ? 'knows of none' : `goes on at ${known}`}. Nothing has been added to that, and the next start recovers it. ` +
      'Run one instance with STATE_STORE=embedded, or several with STATE_STORE=redis';
    super(Object.assign(new Error(message), { retriable: false }));
  }
}
