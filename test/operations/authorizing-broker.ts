import { EmbeddedBroker } from '../../src/broker/embedded-broker.js';
import { freePort } from '../../src/broker/free-port.js';

export const USER = { name: 'login-stream', password: 'secret' };

export interface AuthorizingBroker {
  readonly broker: EmbeddedBroker;
  /** `host:port` for clients that log in, and may do what they are allowed. Who comes without a name may do all. */
  readonly address: string;
}

/** A broker that denies what no permission allows. */
export async function startAuthorizingBroker(): Promise<AuthorizingBroker> {
  const [open, guarded, controller] = [await freePort(), await freePort(), await freePort()];
  const broker = await EmbeddedBroker.start({
    env: process.env,
    port: open,
    config: {
      listeners: `PLAINTEXT://127.0.0.1:${open},GUARDED://127.0.0.1:${guarded},CONTROLLER://127.0.0.1:${controller}`,
      'advertised.listeners': `PLAINTEXT://127.0.0.1:${open},GUARDED://127.0.0.1:${guarded}`,
      'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,GUARDED:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT',
      'controller.quorum.voters': `1@127.0.0.1:${controller}`,
      'listener.name.guarded.sasl.enabled.mechanisms': 'PLAIN',
      'listener.name.guarded.plain.sasl.jaas.config':
        'org.apache.kafka.common.security.plain.PlainLoginModule required ' +
        `user_${USER.name}="${USER.password}";`,
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      'super.users': 'User:ANONYMOUS',
    },
  });
  return { broker, address: `127.0.0.1:${guarded}` };
}
