package cadj.bench.attention;

import cadj.bench.workload.Entry;
import cadj.bench.workload.Workload;
import cadj.kernels.attention.AttentionKernel;
import cadj.kernels.attention.AttentionShape;
import cadj.kernels.device.Buffer;
import cadj.kernels.device.Device;
import cadj.kernels.device.F32;
import java.util.ArrayList;
import java.util.List;

/// Attention, its gradients, or one after the other; all token-major [B,N,heads,dim].
///
/// @param dout the result's gradient
/// @param out where the result goes; dq, dk, dv likewise
public record AttentionCall(
    Pass pass,
    AttentionShape shape,
    Buffer q,
    Buffer k,
    Buffer v,
    Buffer dout,
    Buffer out,
    Buffer lse,
    Buffer dq,
    Buffer dk,
    Buffer dv)
    implements Workload {
  /// What is computed.
  public enum Pass {
    FORWARD("forward"),
    BACKWARD("backward"),
    BOTH("forward+backward");

    private final String text;

    Pass(String text) {
      this.text = text;
    }
  }

  /// The gradients can be taken at once.
  public AttentionCall {
    AttentionKernel.on(Device.current(), q).forward(shape, out, lse, q, k, v);
  }

  public static List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    for (Pass pass : Pass.values()) {
      for (AttentionLayer layer : AttentionLayer.values()) {
        entries.add(new Entry("attention", pass.text, layer.shape(), () -> layer.call(pass)));
      }
    }
    return entries;
  }

  @Override
  public void run() {
    AttentionKernel attention = AttentionKernel.on(Device.current(), q);
    if (pass != Pass.BACKWARD) {
      attention.forward(shape, out, lse, q, k, v);
    }
    if (pass != Pass.FORWARD) {
      attention.backward(shape, dq, dk, dv, dout, out, lse, q, k, v);
    }
  }

  @Override
  public List<F32> results() {
    return switch (pass) {
      case FORWARD -> Workload.allOnHost(out);
      case BACKWARD -> Workload.allOnHost(dq, dk, dv);
      case BOTH -> Workload.allOnHost(out, dq, dk, dv);
    };
  }

  /// Two products forward; five backward: the scores again, and one for each of dv, the scores'
  /// gradient, dq and dk.
  @Override
  public double flop() {
    double product =
        2.0 * shape.batch() * shape.heads() * shape.queries() * shape.keys() * shape.dim();
    return product
        * switch (pass) {
          case FORWARD -> 2;
          case BACKWARD -> 5;
          case BOTH -> 7;
        };
  }

  @Override
  public double bytes() {
    double forward = Workload.bytes(q, k, v, out);
    double backward = Workload.bytes(q, k, v, out, dout, dq, dk, dv);
    return switch (pass) {
      case FORWARD -> forward;
      case BACKWARD -> backward;
      case BOTH -> forward + backward;
    };
  }
}
