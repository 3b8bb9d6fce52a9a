package cadj.cad.profile.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/// One thread's part of a kernel on the processor, or the call that launches one on a device.
@Name("cadj.Kernel")
@Label("Kernel")
@Category("cadj")
@Description(
    "One thread's part of a kernel on the processor, or the call that launches one on a device")
@StackTrace(false)
final class KernelEvent extends Event {
  @Label("Kernel")
  @Nullable String kernel;

  @Label("Operation")
  @Description("That it works for")
  @Nullable String operation;

  @Label("Shape")
  @Description("Of the launch on a device")
  @Nullable String shape;

  @Label("Slice")
  @Description("Number in the recording of the operation or launch")
  int slice;
}
