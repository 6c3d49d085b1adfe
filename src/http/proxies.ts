type Environment = Readonly<Record<string, string | undefined>>;

/** The variables for proxies, in the spelling that wins; each is heeded in capitals too. */
export const PROXY_VARIABLES = ['https_proxy', 'http_proxy', 'no_proxy'];

/** The variables for proxies that are set, by name: their values may hold a password. */
export function setProxies(env: Environment): string[] {
  // On Windows a variable is there in both spellings, but listed in its own only.
  const listed = Object.keys(env).filter((name) => env[name]);
  return PROXY_VARIABLES.flatMap((name) => [name, name.toUpperCase()]).filter((name) => listed.includes(name));
}

/** Those of them that are to name a proxy and do not: what is missing is mostly the `http://`. */
export function wrongProxies(env: Environment): string[] {
  const isAddress = (value: string): boolean => /^(https?|socks5?):\/\//i.test(value) && URL.canParse(value);
  return setProxies(env).filter((name) => !/^no_proxy$/i.test(name) && !isAddress(env[name] ?? ''));
}
