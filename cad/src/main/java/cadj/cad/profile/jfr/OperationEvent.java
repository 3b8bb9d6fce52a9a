package cadj.cad.profile.jfr;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/// An operation, forward or backward.
@Name("cadj.Operation")
@Label("Operation")
@Category("cadj")
@Description("An operation on tensors, forward or backward")
@StackTrace(false)
final class OperationEvent extends Event {
  @Label("Operation")
  @Description("By PyTorch's name")
  @Nullable String operation;

  @Label("Pass")
  @Description("forward or backward")
  @Nullable String pass;

  @Label("Module")
  @Description(
      "Key in the checkpoint of the module it belongs to; of a backward pass, its forward"
          + " operation's")
  @Nullable String module;

  @Label("Phase")
  @Description("Parts of the run around it, the outermost first")
  @Nullable String phase;

  @Label("Shapes")
  @Description("Of inputs and result")
  @Nullable String shapes;

  @Label("Algorithm")
  @Description("Which of several ran")
  @Nullable String algorithm;

  @Label("FLOPs")
  @Description("Additions and multiplications that the definition asks for")
  long flops;

  @Label("Bytes")
  @Description("Of inputs read once and results written once")
  @DataAmount
  long bytes;

  @Label("Slice")
  @Description("Number in the recording")
  int slice;

  @Label("Cause")
  @Description("Of a backward pass, the forward operation's number; else -1")
  int cause;
}
