"""What a full conversation turn costs against a bare Flask + wechatpy echo on the same server in the same run."""
