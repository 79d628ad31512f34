import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedBroker } from '../../src/broker/embedded-broker.js';
import { freePort } from '../../src/broker/free-port.js';
import { findJava } from '../../src/broker/java.js';

/** Java's own tool for keys lies beside `java`. */
async function keytool(store: string, alias: string, ...args: string[]): Promise<string> {
  const { executable } = await findJava(process.env);
  const common = ['-keystore', store, '-storepass', STORE_PASSWORD, '-alias', alias];
  return (await promisify(execFile)(join(dirname(executable), 'keytool'), [...args, ...common])).stdout;
}

const STORE_PASSWORD = 'changeit';

export const USER = { name: 'login-stream', password: 'a "quoted" secret' };

export interface SecuredBroker {
  readonly broker: EmbeddedBroker;
  /** `host:port` of the listener with TLS and SASL. */
  readonly address: string;
  /** PEM file of the authority that signed the broker's certificate. */
  readonly caFile: string;
}

/** A broker whose clients must use TLS and log in with SASL PLAIN. Its certificate is made here, with Java's own tool. */
export async function startSecuredBroker(directory: string): Promise<SecuredBroker> {
  const store = join(directory, 'broker.p12');
  const caFile = join(directory, 'ca.pem');
  await keytool(
    store,
    'broker',
    ...['-genkeypair', '-keyalg', 'EC', '-groupname', 'secp256r1', '-validity', '2', '-storetype', 'PKCS12'],
    ...['-dname', 'CN=localhost', '-ext', 'san=dns:localhost,ip:127.0.0.1', '-ext', 'bc=ca:true'],
  );
  await writeFile(caFile, await keytool(store, 'broker', '-exportcert', '-rfc'));

  const [plain, secure, controller] = [await freePort(), await freePort(), await freePort()];
  const jaas =
    'org.apache.kafka.common.security.plain.PlainLoginModule required ' +
    `user_${USER.name}="${USER.password.replaceAll('"', '\\"')}";`;
  const broker = await EmbeddedBroker.start({
    env: process.env,
    port: plain,
    config: {
      listeners: `PLAINTEXT://127.0.0.1:${plain},SECURE://127.0.0.1:${secure},CONTROLLER://127.0.0.1:${controller}`,
      'advertised.listeners': `PLAINTEXT://127.0.0.1:${plain},SECURE://localhost:${secure}`,
      'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,SECURE:SASL_SSL,CONTROLLER:PLAINTEXT',
      'controller.quorum.voters': `1@127.0.0.1:${controller}`,
      'listener.name.secure.sasl.enabled.mechanisms': 'PLAIN',
      'listener.name.secure.plain.sasl.jaas.config': jaas,
      'listener.name.secure.ssl.keystore.type': 'PKCS12',
      'listener.name.secure.ssl.keystore.location': store,
      'listener.name.secure.ssl.keystore.password': STORE_PASSWORD,
    },
  });
  return { broker, address: `localhost:${secure}`, caFile };
}

/** A CA that signed nothing of ours. */
export async function foreignCa(directory: string): Promise<string> {
  const file = join(directory, 'foreign.pem');
  const store = join(directory, 'foreign.p12');
  await keytool(
    store,
    'foreign',
    '-genkeypair',
    '-keyalg',
    'EC',
    '-dname',
    'CN=foreign',
    '-ext',
    'bc=ca:true',
  );
  await writeFile(file, await keytool(store, 'foreign', '-exportcert', '-rfc'));
  return file;
}
