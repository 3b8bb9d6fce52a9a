package cadj.models.original;

import cadj.tensor.checkpoint.Checkpoint;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;

/// What an autoencoder's tensors say of `vae/config.json`.
final class VaeSizes {
  private VaeSizes() {}

  static Map<String, Object> of(Checkpoint vae) {
    VaeKeys keys = VaeKeys.ofFolder(vae::contains);
    List<Integer> channels = new ArrayList<>();
    for (int b = 0; b < keys.levels(); b++) {
      channels.add(Sizes.of(vae, "encoder.down_blocks." + b + ".resnets.0.conv1.weight", 0));
    }
    SequencedMap<String, Object> out = new TreeMap<>();
    out.put("block_out_channels", channels);
    out.put("down_block_types", Collections.nCopies(keys.levels(), "DownEncoderBlock2D"));
    out.put("up_block_types", Collections.nCopies(keys.levels(), "UpDecoderBlock2D"));
    out.put("layers_per_block", keys.layers());
    out.put("in_channels", Sizes.of(vae, "encoder.conv_in.weight", 1));
    out.put("out_channels", Sizes.of(vae, "decoder.conv_out.weight", 0));
    out.put("latent_channels", Sizes.of(vae, "decoder.conv_in.weight", 1));
    return out;
  }
}
