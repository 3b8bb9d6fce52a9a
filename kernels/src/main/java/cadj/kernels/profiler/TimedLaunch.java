package cadj.kernels.profiler;

import cadj.kernels.device.LaunchShape;

/// One launch on a real GPU.
///
/// @param milliseconds between two events around it, the median of several runs
public record TimedLaunch(String kernel, LaunchShape shape, double milliseconds) {}
