package cadj.cad.evaluate;

import cadj.cad.Version;
import cadj.kernels.device.Device;
import cadj.models.files.ModelFiles;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// Everything the figures of cells follow from.
record CellIdentity(ModelFiles files, Instruments instruments) {
  SequencedMap<String, Object> of(Cell cell) {
    SequencedMap<String, Object> out = new LinkedHashMap<>();
    out.put(LedgerKeys.PROTOCOL, cell.protocol().name());
    out.put(LedgerKeys.PROTOCOL_HASH, cell.protocol().hash());
    out.put(LedgerKeys.METHOD, cell.label());
    if (cell.method() != null) {
      out.put(LedgerKeys.SETTINGS, new LinkedHashMap<>(cell.method().settings()));
    }
    if (!cell.concept().isEmpty()) {
      out.put(LedgerKeys.CONCEPT, cell.concept());
    }
    if (cell.protocol() instanceof PredictionPlan plan) {
      out.put(LedgerKeys.ESTIMATORS, plan.methods());
    }
    out.put(LedgerKeys.SEED, cell.seed());
    out.putAll(instruments.identity());
    out.put(LedgerKeys.MODEL, files.name());
    out.put(LedgerKeys.MODEL_HASH, files.denoiserHash());
    out.put(LedgerKeys.PARTS_HASH, files.partsHash());
    out.put(LedgerKeys.DEVICE, Device.current().name());
    out.put(LedgerKeys.VERSION, Version.current());
    return out;
  }
}
