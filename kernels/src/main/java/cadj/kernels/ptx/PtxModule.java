package cadj.kernels.ptx;

import cadj.kernels.device.PtxSource;
import java.util.List;
import java.util.Map;

/// One PTX file.
///
/// @param source the text, to which instructions' lines refer
/// @param version of the language, 10·major + minor
/// @param target architecture, 80 for sm_80
/// @param variables of module scope: `.const`, `.global`, and `.shared`, `extern` or not
/// @param kernels the `.entry` functions by name, in the file's order; calls of the file's `.func`s
///   are expanded in place
public record PtxModule(
    PtxSource source,
    int version,
    int target,
    List<PtxVariable> variables,
    Map<String, PtxKernel> kernels) {}
