const DAYS_PER_400_YEARS = 146_097;
/** From 0000-03-01 to 1970-01-01. */
const EPOCH_SHIFT = 719_468;

/** The numbers below 60 as two digits. */
export const TWO_DIGITS = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'));

/**
 * `YYYY-MM-DD` of a day counted from 1970-01-01, proleptic Gregorian. Years above 9999 get more digits.
 * `Date` is not used: it ends in the year 275760, writes such years with a sign, and costs four times as much.
 * The method counts years from March, so that the leap day is the last one (Howard Hinnant, "civil_from_days").
 */
export function civilDate(epochDay: number): string {
  const day = epochDay + EPOCH_SHIFT;
  const era = Math.floor(day / DAYS_PER_400_YEARS);
  const dayOfEra = day - era * DAYS_PER_400_YEARS;
  const leapDays =
    Math.floor(dayOfEra / 1_460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const dayOfMonth = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0);
  return `${String(year).padStart(4, '0')}-${TWO_DIGITS[month]}-${TWO_DIGITS[dayOfMonth]}`;
}
