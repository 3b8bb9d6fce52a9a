package cadj.models.original;

import cadj.kernels.device.DType;
import cadj.tensor.Tensor;
import cadj.tensor.safetensors.SafetensorsFile;
import cadj.tensor.safetensors.SafetensorsWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/// Single files in the original layout, made of a folder's weights by the rows of the recorded key
/// map alone.
public final class LdmFile {
  private LdmFile() {}

  /// The tensors of the file that belongs to a model's folder.
  public static Map<String, Tensor> tensors(Path folder) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    for (KeyRow row : KeyRow.of(String.valueOf(folder.getFileName()))) {
      try (SafetensorsFile part = SafetensorsFile.open(weights(folder, row.part()))) {
        add(out, row, part.tensor(row.key()));
      }
    }
    return out;
  }

  /// The file with a part's weights.
  public static Path weights(Path folder, String part) {
    String name = part.startsWith("text") ? "model" : "diffusion_pytorch_model";
    return folder.resolve(part).resolve(name + ".safetensors");
  }

  private static void add(Map<String, Tensor> out, KeyRow row, Tensor tensor) {
    int[] dims = tensor.shape().toArray();
    float[] values = tensor.toFloats();
    switch (row.how()) {
      case "same" -> out.put(row.file(), tensor);
      case "linear -> 1x1 conv" -> out.put(row.file(), Tensor.of(values, dims[0], dims[1], 1, 1));
      case "transposed" -> {
        float[] turned = new float[values.length];
        for (int i = 0; i < values.length; i++) {
          turned[i % dims[1] * dims[0] + i / dims[1]] = values[i];
        }
        out.put(row.file(), Tensor.of(turned, dims[1], dims[0]));
      }
      default -> {
        int third = row.how().charAt("rows ".length()) - '0';
        float[] all =
            out.containsKey(row.file())
                ? out.get(row.file()).toFloats()
                : new float[3 * values.length];
        System.arraycopy(values, 0, all, third * values.length, values.length);
        dims[0] *= 3;
        out.put(row.file(), Tensor.of(all, dims));
      }
    }
  }

  /// What published files hold beside the weights of the model that is drawn with.
  public static Map<String, Tensor> extras(Path folder) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    if (folder.endsWith("sdxl-tiny")) {
      out.put("denoiser.sigmas", Tensor.of(new float[1000], 1000));
      out.put("conditioner.embedders.1.model.logit_scale", Tensor.scalar(4.6f));
      out.put(
          "conditioner.embedders.0.transformer.text_model.embeddings.position_ids",
          Tensor.of(new long[77], 1, 77));
      return out;
    }
    out.put("betas", Tensor.of(new float[1000], 1000));
    out.put("alphas_cumprod", Tensor.of(new float[1000], 1000));
    out.put("model_ema.decay", Tensor.scalar(0.9999f));
    out.put("model_ema.diffusion_modeloutbias", Tensor.of(new float[] {7, 7, 7, 7}, 4));
    out.put("first_stage_model.loss.logvar", Tensor.scalar(1));
    if (folder.endsWith("sd1-tiny")) {
      out.put(
          "cond_stage_model.transformer.text_model.embeddings.position_ids",
          Tensor.of(new long[77], 1, 77));
    } else {
      String layer = "cond_stage_model.model.transformer.resblocks.2.";
      out.put("cond_stage_model.model.logit_scale", Tensor.scalar(4.6f));
      out.put("cond_stage_model.model.text_projection", nines(40, 40));
      out.put(layer + "ln_1.weight", nines(40));
      out.put(layer + "attn.in_proj_weight", nines(120, 40));
      out.put(layer + "mlp.c_fc.bias", nines(96));
    }
    return out;
  }

  private static Tensor nines(int... dims) {
    float[] values = new float[Arrays.stream(dims).reduce(1, (a, b) -> a * b)];
    Arrays.fill(values, 9);
    return Tensor.of(values, dims);
  }

  /// Writes the tensors, floats as `stored`.
  public static Path write(Path file, Map<String, Tensor> tensors, DType stored) {
    SafetensorsWriter writer = new SafetensorsWriter();
    tensors.forEach(
        (key, tensor) ->
            writer.add(key, tensor.dtype().isFloat() ? stored : tensor.dtype(), tensor));
    writer.write(file);
    return file;
  }

  /// The whole file of a model's folder, extras included.
  public static Path write(Path file, Path folder, DType stored) {
    Map<String, Tensor> all = tensors(folder);
    all.putAll(extras(folder));
    return write(file, all, stored);
  }
}
