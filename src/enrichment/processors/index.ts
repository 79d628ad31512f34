import { AppVersionProcessor } from './app-version.processor.js';
import { CalendarProcessor } from './calendar.processor.js';
import { DeviceTypeLowerProcessor } from './device-type-lower.processor.js';
import { IpCategoryProcessor } from './ip-category.processor.js';
import { IpCountryProcessor } from './ip-country.processor.js';
import { NormalizedTimestampProcessor } from './normalized-timestamp.processor.js';
import { PrivateDeviceIdProcessor } from './private-device-id.processor.js';
import { PrivateIpProcessor } from './private-ip.processor.js';
import { ProcessedAtProcessor } from './processed-at.processor.js';
import { ProcessingTimeProcessor } from './processing-time.processor.js';
import { RegionProcessor } from './region.processor.js';

/** Every processor of this module, one line each. The order is that of the docs; needs decide what runs first. */
export const PROCESSORS = [
  DeviceTypeLowerProcessor,
  PrivateIpProcessor,
  PrivateDeviceIdProcessor,
  ProcessingTimeProcessor,
  ProcessedAtProcessor,
  NormalizedTimestampProcessor,
  CalendarProcessor,
  AppVersionProcessor,
  RegionProcessor,
  IpCategoryProcessor,
  IpCountryProcessor,
];
