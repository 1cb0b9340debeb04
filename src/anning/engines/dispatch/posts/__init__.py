"""Where to put posts: `pmedian` (least travel) and `covering` (MCLP, MEXCLP, backup), with bound and gap."""
