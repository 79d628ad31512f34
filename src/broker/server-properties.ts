export const NODE_ID = 1;

/** Where the logs of topics lie, relative to the data directory, which is the broker's working directory. */
export const LOG_DIRECTORY = 'kafka';

export interface BrokerPorts {
  readonly broker: number;
  readonly controller: number;
}

/** The broker's settings: one node, reached from this machine only. `overrides` win. */
export function serverProperties(ports: BrokerPorts, overrides: Readonly<Record<string, string>>): string {
  const properties: Record<string, string> = {
    'process.roles': 'broker,controller',
    'node.id': String(NODE_ID),
    'controller.quorum.voters': `${NODE_ID}@127.0.0.1:${ports.controller}`,
    listeners: `PLAINTEXT://127.0.0.1:${ports.broker},CONTROLLER://127.0.0.1:${ports.controller}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${ports.broker}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': LOG_DIRECTORY,
    // There is no second node to hold a replica, and with the defaults of 3 these topics are never created.
    'offsets.topic.replication.factor': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    // 50 partitions each by default: the first consumer and the first transaction would wait for them.
    'offsets.topic.num.partitions': '5',
    'transaction.state.log.num.partitions': '5',
    // A group waits 3 seconds for more members by default.
    'group.initial.rebalance.delay.ms': '0',
    // A misspelt topic must be an error, as it is on clusters that people care for.
    'auto.create.topics.enable': 'false',
    // After a crash the controller refuses the broker until the session of its dead self has ended: 9 s by default.
    'broker.session.timeout.ms': '2000',
    'broker.heartbeat.interval.ms': '500',
    // 128 MiB by default, a quarter of the heap.
    'log.cleaner.dedupe.buffer.size': String(16 * 1024 * 1024),
    ...overrides,
  };
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${escape(value)}\n`)
    .join('');
}

/** Java reads a backslash as an escape, a line break as the end, and all else as ISO 8859-1. */
function escape(value: string): string {
  return value.replace(
    /[\\\r\n]|[^\x20-\x7e]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
