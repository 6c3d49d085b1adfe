/** A whole number with its digits grouped: `1,234,567`. The same in every locale, so that logs can be compared. */
export function formatNumber(value: number): string {
  return value.toLocaleString('en-US');
}
