/**
 * A module of the plugin as it is published and every command loads it: compiled. To strip its types each time would
 * be a quarter of the start.
 */
export const compiled = <M>(path: string): Promise<M> => import(`../lib/${path}.js`) as Promise<M>;
