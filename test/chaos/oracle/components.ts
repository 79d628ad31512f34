import type { Judgement } from '../../pipeline/oracle.js';
import type { Input } from './input.js';

export type ProcessedJudgement = Extract<Judgement, { outcome: 'processed' }>;

/** An input that is processed unless it is a duplicate. */
export interface Good {
  readonly input: Input;
  readonly judgement: ProcessedJudgement;
}

/**
 * Logins that have to do with each other: those of users who share devices, directly or through others. What is said of a
 * login depends on no other component.
 */
export function componentsOf(goods: readonly Good[]): Good[][] {
  const parents = new Map<string, string>();
  const rootOf = (key: string): string => {
    let root = key;
    for (let above = parents.get(root); above !== undefined; above = parents.get(root)) root = above;
    return root;
  };
  for (const { judgement } of goods) {
    const [user, device] = [
      rootOf(`user ${judgement.login.user_id}`),
      rootOf(`device ${judgement.login.device_id}`),
    ];
    if (user !== device) parents.set(user, device);
  }
  const components = new Map<string, Good[]>();
  for (const good of goods) {
    const root = rootOf(`user ${good.judgement.login.user_id}`);
    const component = components.get(root);
    if (component) component.push(good);
    else components.set(root, [good]);
  }
  return [...components.values()];
}
