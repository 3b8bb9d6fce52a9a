/// NudeNet 3, which finds exposed and covered parts of bodies in pictures: the measure of explicit
/// content that papers on erasing report.
///
/// Read [NudeNet] first, then [Exposure]. The network is the user's ONNX file, run by ONNX Runtime,
/// which only [OnnxNetwork] knows.
@NullMarked
package cadj.cad.metrics.nudenet;

import org.jspecify.annotations.NullMarked;
