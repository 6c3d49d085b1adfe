type Environment = Readonly<Record<string, string | undefined>>;

/** The proxy variables, in the spelling that takes precedence; upper case is read too. */
export const PROXY_VARIABLES = ['https_proxy', 'http_proxy', 'no_proxy'];

/** The names of the proxy variables that are set. Values are left out, because they may hold a password. */
export function setProxies(env: Environment): string[] {
  // Windows finds a variable in either case but lists it only as it was set.
  const listed = Object.keys(env).filter((name) => env[name]);
  return PROXY_VARIABLES.flatMap((name) => [name, name.toUpperCase()]).filter((name) => listed.includes(name));
}

/** The proxy variables whose value isn't an address; usually `http://` is missing. */
export function wrongProxies(env: Environment): string[] {
  const isAddress = (value: string): boolean => /^(https?|socks5?):\/\//i.test(value) && URL.canParse(value);
  return setProxies(env).filter((name) => !/^no_proxy$/i.test(name) && !isAddress(env[name] ?? ''));
}
