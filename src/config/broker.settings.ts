import { text } from './rule.js';
import { Setting } from './setting.decorator.js';

/** The broker that runs inside the service with `KAFKA_BROKERS=embedded`. */
export class BrokerSettings {
  static readonly title = 'Embedded broker';

  /** A path; relative ones start at the working directory. */
  @Setting('KAFKA_DATA_DIR', text('a path'), 'Directory where the embedded broker keeps its data.')
  readonly dataDir: string = '.data/kafka';
}
