/** Tells the user which settings file is used, unless they named it. */
export function noticeSettings(
  flags: { readonly 'config-file'?: string | undefined },
  path: string | null,
  notify: (text: string) => void,
): void {
  if (flags['config-file'] === undefined && path !== null) notify(`Settings: ${path}`);
}
