package cadj.kernels.record;

/// What an operation or a kernel computed.
///
/// @param shapes of inputs and result, such as `[2,320,64,64] [320,320,3,3] → [2,320,64,64]`; of a
///   kernel on a device its launch shape
/// @param flops additions and multiplications that the definition asks for, an FMA being two,
///   however they were computed (Winograd's needs fewer)
/// @param bytes of inputs read once and results written once; of a launch on an emulated GPU, those
///   of the sectors that were moved
/// @param algorithm which of several ran: `Winograd F4`, `tiles`, cuDNN's name; empty where there
///   is one
/// @param deviceNanos time on the device, between events around it; 0 on the processor
public record Work(String shapes, long flops, long bytes, String algorithm, long deviceNanos) {}
