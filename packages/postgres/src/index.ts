export {
  type ChangeListener,
  type ListenerOptions,
  type ListenerState,
  listenForChanges,
} from './listener.js';
export { type TriggerOptions, triggersSql } from './triggers.js';
