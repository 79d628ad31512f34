import { BrokerLog } from './broker-log.js';
import type { BrokerLaunch } from './broker-process.js';
import { launch } from './broker-process.js';
import { EmbeddedBrokerError } from './embedded-broker-error.js';
import { freePort, isFree } from './free-port.js';
import type { Supervised } from './supervisor.js';

const ATTEMPTS = 5;

/**
 * Starts a broker on the port that the options name, or else on a random one. A port that we chose may be taken
 * before the broker has it: then we choose again.
 *
 * @throws EmbeddedBrokerError as `launch` does
 */
export async function launchOnFreePort(
  request: Omit<BrokerLaunch, 'ports' | 'log'>,
): Promise<{ broker: Supervised; port: number }> {
  const wanted = request.options.port;
  if (wanted !== undefined && !(await isFree(wanted))) {
    throw new EmbeddedBrokerError(
      'port_taken',
      `Port ${wanted} of 127.0.0.1 is taken by another program. Stop that program, or choose another port.`,
    );
  }
  const log = new BrokerLog(request.dataDir);
  for (let attempt = 1; ; attempt++) {
    const ports = { broker: wanted ?? (await freePort()), controller: await freePort() };
    try {
      return { broker: await launch({ ...request, ports, log }), port: ports.broker };
    } catch (error) {
      const retry = error instanceof EmbeddedBrokerError && error.code === 'port_taken';
      if (!retry || attempt === ATTEMPTS) throw error;
    }
  }
}
