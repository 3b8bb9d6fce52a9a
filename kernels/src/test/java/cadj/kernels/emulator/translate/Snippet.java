package cadj.kernels.emulator.translate;

import cadj.kernels.device.Cpu;
import cadj.kernels.device.Gpu;
import cadj.kernels.device.I64;
import cadj.kernels.device.PtxSource;
import cadj.kernels.emulator.EmulatedDriver;
import java.util.ArrayList;
import java.util.List;

/// A few instructions made into a kernel: each thread loads its operands `%a`, `%b` … from memory,
/// runs the text, and stores `%y`.
final class Snippet {
  private static final Gpu GPU =
      new Gpu(new EmulatedDriver(new Cpu(1), EmulatedDriver.Checks.ALL, 1 << 20, 0));
  private static int number;

  private final String text;
  private final List<String> sources;
  private final String destination;

  /// @param sources types of `%a`, `%b` …; `pred` becomes true for what is not 0
  /// @param destination type of `%y`
  Snippet(String text, List<String> sources, String destination) {
    this.text = text;
    this.sources = sources;
    this.destination = destination;
  }

  /// Runs it for `values.length` threads of one block.
  ///
  /// @param values by thread and operand, their bits
  /// @return by thread, the result's bits, those beyond its type's size 0
  long[] run(long[][] values) {
    int threads = values.length;
    long[] out = new long[threads];
    // A launch's buffers are known to the driver by file name: each snippet is a file of its own.
    PtxSource source = PtxSource.of("snippet" + number++ + ".ptx", kernel());
    var launch = GPU.launch(source, "snippet").block(threads).out(I64.of(out));
    for (int i = 0; i < sources.size(); i++) {
      long[] column = new long[threads];
      for (int t = 0; t < threads; t++) {
        column[t] = values[t][i];
      }
      launch.in(I64.of(column));
    }
    launch.run();
    return out;
  }

  private String kernel() {
    List<String> parameters = new ArrayList<>(List.of(".param .u64 out"));
    StringBuilder body = new StringBuilder();
    for (int i = 0; i < sources.size(); i++) {
      String name = String.valueOf((char) ('a' + i));
      String type = sources.get(i);
      parameters.add(".param .u64 in_" + name);
      body.append("ld.param.u64 %base, [in_").append(name).append("];\n");
      body.append("add.u64 %base, %base, %place;\n");
      if (type.equals("pred")) {
        body.append(".reg .pred %").append(name).append(";\n");
        body.append("ld.global.u32 %word, [%base];\n");
        body.append("setp.ne.u32 %").append(name).append(", %word, 0;\n");
      } else {
        body.append(".reg .").append(register(type)).append(" %").append(name).append(";\n");
        body.append("ld.global.").append(memory(type));
        body.append(" %").append(name).append(", [%base];\n");
      }
    }
    String result = destination;
    if (!result.equals("pred")) {
      body.append(".reg .").append(register(result)).append(" %y;\n");
    } else {
      body.append(".reg .pred %y;\n");
    }
    body.append(text).append('\n');
    body.append("ld.param.u64 %base, [out];\nadd.u64 %base, %base, %place;\n");
    body.append("mov.u64 %zero, 0;\nst.global.u64 [%base], %zero;\n");
    if (result.equals("pred")) {
      body.append("selp.u32 %word, 1, 0, %y;\nst.global.u32 [%base], %word;\n");
    } else {
      body.append("st.global.").append(memory(result)).append(" [%base], %y;\n");
    }
    return """
    .version 7.1
    .target sm_80
    .address_size 64
    .visible .entry snippet(%s)
    {
      .reg .b32 %%t, %%word;
      .reg .b64 %%base, %%place, %%zero;
      .reg .pred %%p, %%q;
      .shared .align 16 .b8 shared[1024];
      .local .align 16 .b8 own[64];
      mov.u32 %%t, %%tid.x;
      mul.wide.u32 %%place, %%t, 8;
    %s
      ret;
    }
    """
        .formatted(String.join(", ", parameters), body);
  }

  private static String register(String type) {
    return switch (type) {
      case "f32", "f64" -> type;
      case "s8", "u8", "b8" -> "b16";
      default -> "b" + bits(type);
    };
  }

  private static String memory(String type) {
    return switch (type) {
      case "f32", "f64", "s8", "u8" -> type;
      default -> "b" + bits(type);
    };
  }

  static int bits(String type) {
    return switch (type) {
      case "f16", "bf16" -> 16;
      case "f16x2", "bf16x2", "tf32" -> 32;
      case "pred" -> 1;
      default -> Integer.parseInt(type.substring(1));
    };
  }
}
