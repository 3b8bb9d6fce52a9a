package cadj.cad.attribution;

import cadj.cad.Version;
import cadj.cad.edit.Patch;
import cadj.cad.edit.Provenance;
import cadj.kernels.device.Device;
import cadj.models.files.ModelFiles;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// Which model a result is of, and what computed it: metadata of attributions and patches, from
/// which the model is opened again.
public final class ModelIdentity {
  private ModelIdentity() {}

  public static SequencedMap<String, String> of(ModelFiles folder) {
    SequencedMap<String, String> out = new LinkedHashMap<>();
    out.put("cadj", Version.current());
    out.put("device", Device.current().name());
    out.put("model", folder.name());
    String variant = folder.variant();
    if (variant != null) {
      out.put(AttributionSettings.VARIANT, variant);
    }
    if (folder.describedBy() != null) {
      out.put(AttributionSettings.CONFIG, String.valueOf(folder.describedBy()));
    }
    folder.source().unet().ifPresent(unet -> out.put(AttributionSettings.UNET, unet.toString()));
    if (!folder.source().loras().isEmpty()) {
      out.put(AttributionSettings.LORAS, Provenance.json(folder.source().loras()));
    }
    out.put(Patch.MODEL_HASH, folder.denoiserHash());
    out.put("parts_sha256", folder.partsHash());
    return out;
  }
}
