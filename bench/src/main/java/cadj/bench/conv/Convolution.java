package cadj.bench.conv;

import cadj.bench.workload.Entry;
import cadj.bench.workload.Workload;
import cadj.kernels.conv.Conv2dAddends;
import cadj.kernels.conv.Conv2dKernel;
import cadj.kernels.conv.Conv2dShape;
import cadj.kernels.device.Buffer;
import cadj.kernels.device.Device;
import cadj.kernels.device.F32;
import java.util.ArrayList;
import java.util.List;

/// A convolution or one of its gradients.
///
/// x, y and their gradients are channels-last [N,H,W,C], weight and its gradient [Co,Ci,kh,kw].
///
/// @param y the result's gradient, in the passes that read one
/// @param out where the result goes
public record Convolution(
    Pass pass, Conv2dShape shape, Buffer x, Buffer weight, Buffer bias, Buffer y, Buffer out)
    implements Workload {
  /// What is computed.
  public enum Pass {
    FORWARD("forward"),
    INPUT_GRADIENT("input-gradient"),
    WEIGHT_GRADIENT("weight-gradient");

    private final String text;

    Pass(String text) {
      this.text = text;
    }

    /// Which of these the result is shaped like.
    Buffer result(Buffer x, Buffer weight, Buffer y) {
      return switch (this) {
        case FORWARD -> y;
        case INPUT_GRADIENT -> x;
        case WEIGHT_GRADIENT -> weight;
      };
    }
  }

  public static List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    for (Pass pass : Pass.values()) {
      for (ConvolutionLayer layer : ConvolutionLayer.values()) {
        for (int batch = 1; batch <= layer.batches(); batch++) {
          int n = batch;
          entries.add(
              new Entry("conv", pass.text, layer.shape(n), () -> layer.convolution(pass, n)));
        }
      }
    }
    return entries;
  }

  @Override
  public void run() {
    Conv2dKernel conv = Conv2dKernel.on(Device.current(), out);
    switch (pass) {
      case FORWARD -> conv.forward(shape, out, x, weight, Conv2dAddends.bias(bias));
      case INPUT_GRADIENT -> conv.backwardData(shape, out, y, weight);
      case WEIGHT_GRADIENT -> conv.backwardWeight(shape, out, y, x);
    }
  }

  @Override
  public List<F32> results() {
    return Workload.allOnHost(out);
  }

  @Override
  public double flop() {
    return 2.0 * y.length() * shape.ci() * shape.kh() * shape.kw();
  }

  @Override
  public double bytes() {
    return Workload.bytes(x, weight, y);
  }
}
