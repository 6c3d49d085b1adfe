/** Notes which settings file is used, unless the user named it. */
export function noticeSettings(
  flags: { readonly 'config-file'?: string | undefined },
  path: string | null,
  notify: (text: string) => void,
): void {
  if (flags['config-file'] === undefined && path !== null) notify(`Settings: ${path}`);
}
