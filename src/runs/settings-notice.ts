/** Says which settings are in force, where the user has not named them. */
export function noticeSettings(
  flags: { readonly 'config-file'?: string | undefined },
  path: string | null,
  tell: (text: string) => void,
): void {
  if (flags['config-file'] === undefined && path !== null) tell(`Settings: ${path}`);
}
