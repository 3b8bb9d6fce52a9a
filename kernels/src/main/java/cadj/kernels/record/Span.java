package cadj.kernels.record;

/// One thread's part of a kernel on the processor.
///
/// @param slice id of the operation it works for, or -1
/// @param thread 0 for the thread that computes, its workers from 1
/// @param name of the kernel's twin, such as `Conv2dVector`
/// @param start nanoseconds since the recording began
/// @param end nanoseconds since the recording began
public record Span(int slice, int thread, String name, long start, long end) {}
